// Finished reports in a bucket.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platen/store.hpp"
#include "store/file_tree.hpp"
#include "store/s3/bucket.hpp"

namespace platen {

/// Keeps artifacts in a bucket, as `artifacts/NAME`, and hands them out from there. They are drawn into unnamed files
/// of `data_dir`/artifacts. Borrows the bucket. Threads: any. Errors: as FileTree's and the bucket's.
class S3ArtifactStore final : public ArtifactStore {
 public:
  S3ArtifactStore(const std::string& data_dir, s3::Bucket& bucket);

  [[nodiscard]] Result<Fd> create() override;
  [[nodiscard]] Result<void> keep(const Fd& file, std::string_view name, const StillWanted& still_wanted) override;
  /// Fetches it.
  [[nodiscard]] Result<Fd> open(std::string_view name) override;
  [[nodiscard]] Result<std::optional<std::string>> link(std::string_view name, const Handout& handout) override;
  [[nodiscard]] Result<void> remove(std::string_view name) override;
  [[nodiscard]] Result<std::vector<std::string>> older_than(std::chrono::seconds age) override;
  [[nodiscard]] Result<void> check() override;

 private:
  FileTree drafts_;
  s3::Bucket& bucket_;
};

}  // namespace platen
