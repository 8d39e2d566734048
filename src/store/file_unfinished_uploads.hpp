// Uploads that arrive in parts, as files.
#pragma once

#include <memory>
#include <string>

#include "base/fd.hpp"
#include "platen/store.hpp"
#include "store/whole_uploads.hpp"

namespace platen {

/// Keeps each in `data_dir`/unfinished as two files: `ID`, the bytes so far, whose size is the offset and whose lock
/// (flock) is held by the one that appends; and `ID.state`, what it is to be and the SHA-256 up to some place, so that
/// nothing is read twice but what a killed process had not noted. A whole one goes to where whole ones are kept
/// (a link to `data_dir`/uploads, or a bucket); its state stays until it is swept, to tell its digest to a client that
/// missed the answer.
///
/// A part that ends, however it ends, is durable. Threads: any.
/// Errors: as FileTree's, the constructor's included.
class FileUnfinishedUploads final : public UnfinishedUploads {
 public:
  static constexpr std::size_t most_at_once = 1'000;

  /// Whole ones go to a FileUploadStore of the same folder.
  explicit FileUnfinishedUploads(const std::string& data_dir, std::size_t most = most_at_once);
  /// Whole ones go to `whole`, which is borrowed.
  FileUnfinishedUploads(const std::string& data_dir, WholeUploads& whole, std::size_t most = most_at_once);

  [[nodiscard]] Result<UploadProgress> create(const UploadPlan& plan) override;
  [[nodiscard]] Result<UploadProgress> find(const Tenant& tenant, const UploadId& id) override;
  [[nodiscard]] Result<std::unique_ptr<UploadPart>> append(const Tenant& tenant, const UploadId& id,
                                                           std::uint64_t offset) override;
  [[nodiscard]] Result<void> discard(const Tenant& tenant, const UploadId& id) override;
  [[nodiscard]] Result<std::size_t> sweep(std::chrono::seconds age) override;

 private:
  struct Note;
  class Part;

  void make_folder() const;
  [[nodiscard]] std::string bytes_path(const UploadId& id) const { return folder_ + "/" + id.text; }
  [[nodiscard]] std::string note_path(const UploadId& id) const { return bytes_path(id) + ".state"; }
  [[nodiscard]] Result<Note> read_note(const Tenant& tenant, const UploadId& id) const;
  [[nodiscard]] Result<void> write_note(const UploadId& id, const Note& note) const;
  [[nodiscard]] Result<Fd> open_locked(const UploadId& id) const;
  void remove_files(const UploadId& id) const;
  [[nodiscard]] bool remove_if_untouched(const std::string& name, std::chrono::seconds age) const;

  std::string folder_;
  std::size_t most_;
  std::unique_ptr<WholeUploads> own_whole_;
  WholeUploads& whole_;
};

}  // namespace platen
