// Uploads in a bucket.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platen/store.hpp"
#include "store/file_tree.hpp"
#include "store/s3/bucket.hpp"
#include "store/whole_uploads.hpp"

namespace platen {

/// Keeps uploads in a bucket, as `uploads/ID`, with whose it is and its SHA-256 in the object's metadata. On the way
/// there and back they lie in unnamed files of `data_dir`/uploads. Borrows the bucket. Threads: any.
/// Errors: as FileTree's and the bucket's, the constructor's included. What comes back with another size or hash than
/// went there is `unavailable`, and said in the log.
class S3UploadStore final : public UploadStore, public WholeUploads {
 public:
  S3UploadStore(const std::string& data_dir, s3::Bucket& bucket);

  [[nodiscard]] Result<std::unique_ptr<UploadWriter>> begin(const Tenant& tenant) override;
  [[nodiscard]] Result<Fd> open(const UploadId& id, const StillWanted& still_wanted) override;
  [[nodiscard]] Result<Upload> find(const Tenant& tenant, const UploadId& id) override;
  [[nodiscard]] Result<void> keep(const Fd& file, const Upload& upload, const Tenant& tenant) override;
  [[nodiscard]] Result<void> remove(const UploadId& id) override;
  [[nodiscard]] Result<std::vector<UploadId>> older_than(std::chrono::seconds age) override;
  [[nodiscard]] Result<void> check() override;

 private:
  FileTree drafts_;
  s3::Bucket& bucket_;
};

}  // namespace platen
