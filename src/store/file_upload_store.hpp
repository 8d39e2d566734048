// Uploads as files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "platen/store.hpp"
#include "store/file_tree.hpp"

namespace platen {

/// Keeps uploads in `data_dir`/uploads, and beside each whose it is (upload_owner.hpp). Owns: that folder's descriptor.
/// Threads: any. Errors: as FileTree's, the constructor's included.
class FileUploadStore final : public UploadStore {
 public:
  explicit FileUploadStore(const std::string& data_dir);

  /// The writer borrows the store.
  [[nodiscard]] Result<std::unique_ptr<UploadWriter>> begin(const Tenant& tenant) override;
  [[nodiscard]] Result<Fd> open(const UploadId& id) override;
  [[nodiscard]] Result<Fd> open(const Tenant& tenant, const UploadId& id) override;
  [[nodiscard]] Result<void> remove(const UploadId& id) override;
  [[nodiscard]] Result<std::vector<UploadId>> older_than(std::chrono::seconds age) override;
  [[nodiscard]] Result<void> check() override;

 private:
  FileTree files_;
};

}  // namespace platen
