// Files in a folder that appear whole or not at all, in subfolders of their own so that none grows too long.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace platen {

/// A folder of files, each written without a name (O_TMPFILE), so that what is abandoned vanishes by itself, and
/// named once it is durable. A name's subfolder is the last two characters before its first dot.
///
/// Names are the caller's to check: they must hold no slash, and three characters at least.
/// Folders are made for the owner and its group to write, files for the group to read (both less the umask), so
/// that processes of different users can share a tree.
///
/// Owns: the folder's descriptor. Immutable. Threads: any.
/// Errors: `unavailable` when the disk is full or refuses; `not_found`. The constructor throws std::system_error
/// when there is no such folder and none can be made.
class FileTree {
 public:
  /// How a file that is being written is kept. Some file systems (NFS, older overlays) cannot do without a name.
  enum class Drafts { unnamed_if_possible, named };

  explicit FileTree(const std::string& path, Drafts drafts = Drafts::unnamed_if_possible);

  /// An empty file, readable and writable.
  [[nodiscard]] Result<Fd> create() const;
  /// Makes it durable, then gives it its name. Repeatable; `conflict` if another file has the name.
  [[nodiscard]] Result<void> keep(const Fd& file, std::string_view name) const;
  [[nodiscard]] Result<Fd> open(std::string_view name) const;
  /// Removing what is not there is no error.
  [[nodiscard]] Result<void> remove(std::string_view name) const;
  /// Names of files last written longer than `age` ago, at most `limit`; drafts of that age are removed.
  /// It begins at a random subfolder: whoever skips all of one answer meets others in the next.
  [[nodiscard]] Result<std::vector<std::string>> older_than(std::chrono::seconds age, std::size_t limit) const;
  /// Whether a file can be written now.
  [[nodiscard]] Result<void> check() const;

 private:
  [[nodiscard]] Result<Fd> create_named() const;
  void drop_draft_name(const Fd& file) const;

  Fd root_;
  Drafts drafts_;
};

}  // namespace platen
