// Where an upload goes once a local file has all of it.
#pragma once

#include "base/fd.hpp"
#include "platen/store.hpp"

namespace platen {

/// Uploads that are whole. Threads: any.
class WholeUploads {
 public:
  virtual ~WholeUploads() = default;
  /// Makes it durable and visible, all of it at once, as the tenant's. Repeatable.
  [[nodiscard]] virtual Result<void> keep(const Fd& file, const Upload& upload, const Tenant& tenant) = 0;
  /// As UploadStore's.
  [[nodiscard]] virtual Result<Upload> find(const Tenant& tenant, const UploadId& id) = 0;
};

}  // namespace platen
