// Uploads as files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "platen/store.hpp"
#include "store/file_tree.hpp"
#include "store/whole_uploads.hpp"

namespace platen {

/// Keeps uploads in `data_dir`/uploads, and beside each whose it is (upload_owner.hpp). Owns: that folder's descriptor.
/// Threads: any. Errors: as FileTree's, the constructor's included.
class FileUploadStore final : public UploadStore, public WholeUploads {
 public:
  explicit FileUploadStore(const std::string& data_dir);

  /// The writer borrows the store.
  [[nodiscard]] Result<std::unique_ptr<UploadWriter>> begin(const Tenant& tenant) override;
  /// `still_wanted` is not asked: nothing moves.
  [[nodiscard]] Result<Fd> open(const UploadId& id, const StillWanted& still_wanted) override;
  [[nodiscard]] Result<Upload> find(const Tenant& tenant, const UploadId& id) override;
  [[nodiscard]] Result<void> keep(const Fd& file, const Upload& upload, const Tenant& tenant) override;
  [[nodiscard]] Result<void> remove(const UploadId& id) override;
  [[nodiscard]] Result<std::vector<UploadId>> older_than(std::chrono::seconds age) override;
  [[nodiscard]] Result<void> check() override;

 private:
  FileTree files_;
};

}  // namespace platen
