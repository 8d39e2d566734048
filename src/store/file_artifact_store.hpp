// Finished reports as files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "platen/store.hpp"
#include "store/file_tree.hpp"

namespace platen {

/// Keeps artifacts in `data_dir`/artifacts. Owns: that folder's descriptor. Threads: any.
/// Errors: as FileTree's, the constructor's included. A name that is none is `not_found`.
class FileArtifactStore final : public ArtifactStore {
 public:
  explicit FileArtifactStore(const std::string& data_dir);

  [[nodiscard]] Result<Fd> create() override;
  /// `still_wanted` is not asked: nothing moves.
  [[nodiscard]] Result<void> keep(const Fd& file, std::string_view name, const StillWanted& still_wanted) override;
  [[nodiscard]] Result<Fd> open(std::string_view name) override;
  [[nodiscard]] Result<std::optional<std::string>> link(std::string_view name, const Handout& handout) override;
  [[nodiscard]] Result<void> remove(std::string_view name) override;
  [[nodiscard]] Result<std::vector<std::string>> older_than(std::chrono::seconds age) override;
  [[nodiscard]] Result<void> check() override;

 private:
  FileTree files_;
};

}  // namespace platen
