// An upload on its way into a local file.
#pragma once

#include <cstdint>
#include <span>

#include "base/crypto.hpp"
#include "base/fd.hpp"
#include "platen/store.hpp"
#include "store/whole_uploads.hpp"

namespace platen {

/// Gathers an upload in `file`, which vanishes with it unless it is committed. Borrows where whole ones go.
class DraftUpload final : public UploadWriter {
 public:
  DraftUpload(WholeUploads& whole, Fd file, Tenant tenant);
  [[nodiscard]] Result<void> write(std::span<const char> bytes) override;
  [[nodiscard]] Result<Upload> commit() override;

 private:
  WholeUploads& whole_;
  Fd file_;
  Tenant tenant_;
  Sha256 hash_;
  std::uint64_t bytes_ = 0;
};

}  // namespace platen
