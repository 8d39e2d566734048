// Where a process keeps files: on its disk, or in a bucket.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "platen/store.hpp"
#include "store/s3/bucket.hpp"
#include "store/whole_uploads.hpp"

namespace platen {

/// Owns: both stores, and the bucket they may be in. Threads: any.
/// Errors: the constructor throws std::system_error where the data folder cannot be used.
class StorePair {
 public:
  /// In `bucket` where there is one; `data_dir` is then for what is on its way.
  StorePair(const std::string& data_dir, const std::optional<s3::Target>& bucket);

  [[nodiscard]] UploadStore& uploads() const noexcept { return *uploads_; }
  [[nodiscard]] WholeUploads& whole_uploads() const noexcept { return *whole_uploads_; }
  [[nodiscard]] ArtifactStore& artifacts() const noexcept { return *artifacts_; }

 private:
  template <class Store>
  void keep_uploads_in(std::unique_ptr<Store> store);

  std::unique_ptr<s3::Bucket> bucket_;
  std::unique_ptr<UploadStore> uploads_;
  WholeUploads* whole_uploads_ = nullptr;
  std::unique_ptr<ArtifactStore> artifacts_;
};

}  // namespace platen
