#include "store/file_unfinished_uploads.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "store/file_upload_store.hpp"

namespace platen {

namespace {

constexpr mode_t folder_mode = 0770;
constexpr mode_t file_mode = 0640;
constexpr std::size_t most_note_bytes = 4096;
constexpr std::size_t read_bytes = std::size_t{256} * 1024;
constexpr std::string_view note_suffix = ".state";

tl::unexpected<Error> no_such_upload() { return fail(Errc::not_found, "There is no such upload."); }

tl::unexpected<Error> failure(std::string_view what) {
  const int error = errno;
  spdlog::error("store: unfinished uploads: {}: {}", what, errno_text(error));
  const bool full = error == ENOSPC || error == EDQUOT;
  if (full) return fail(Errc::unavailable, "The disk is full. Free some space and try again.");
  return fail(Errc::unavailable, "The store cannot be used now. Its log says why.");
}

/// The value of a line `name value`; empty where there is none.
std::string_view value_in(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ' ')
      return line.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

/// What is known of an upload beside its bytes.
struct FileUnfinishedUploads::Note {
  Tenant tenant;
  std::uint64_t length = 0;
  std::string planned_sha256;  ///< empty: none was announced
  std::string hashed;          ///< Sha256::save
  std::string sha256;          ///< of a whole one

  [[nodiscard]] UploadProgress progress(const UploadId& id, std::uint64_t offset) const {
    return {id, offset, length, !sha256.empty(), sha256};
  }
};

/// The one part that is being appended. Owns: the locked file. Borrows the store.
class FileUnfinishedUploads::Part final : public UploadPart {
 public:
  Part(const FileUnfinishedUploads& store, UploadId id, Note note, Fd file)
      : store_(store), id_(std::move(id)), note_(std::move(note)), file_(std::move(file)) {}
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part() override {
    if (!file_) return;
    if (const auto kept = keep(); !kept) spdlog::warn("an upload's part is not noted: {}", kept.error().detail);
  }

  /// Hashes what is there. To be called first.
  [[nodiscard]] Result<void> begin(std::uint64_t bytes_there) {
    auto noted = Sha256::restore(note_.hashed);
    // Past the end: what was noted was lost with the machine.
    hash_ = noted && noted->bytes() <= bytes_there ? std::move(*noted) : Sha256();
    std::vector<char> buffer(read_bytes);
    if (::lseek(file_.get(), static_cast<off_t>(hash_.bytes()), SEEK_SET) < 0) return failure("lseek");
    while (hash_.bytes() < bytes_there) {
      const ssize_t got = ::read(file_.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return failure("read");
      hash_.update({buffer.data(), static_cast<std::size_t>(got)});
    }
    begun_at_ = bytes_there;
    note_.hashed = hash_.save();
    return {};
  }

  Result<void> write(std::span<const char> bytes) override {
    if (!file_) return ended();
    if (auto written = write_all(file_, bytes); !written) return written;
    hash_.update(bytes);
    return {};
  }

  Result<UploadProgress> finish(const std::optional<std::string>& sha256) override {
    if (!file_) return ended();
    if (hash_.bytes() < note_.length) {
      if (auto kept = keep(); !kept) return fail(kept.error());
      file_.reset();
      return note_.progress(id_, hash_.bytes());
    }
    const std::uint64_t bytes = hash_.bytes();
    const std::string is = hex(Sha256::restore(hash_.save())->finish());
    const bool as_planned = note_.planned_sha256.empty() || note_.planned_sha256 == is;
    if (!as_planned || (sha256 && *sha256 != is)) {
      store_.remove_files(id_);
      file_.reset();
      return fail(Errc::bad_data, "The file that arrived has the SHA-256 " + is +
                                      ", which is not the one that was announced. It is removed: begin again.");
    }
    if (auto kept = store_.whole_.keep(file_, {id_, bytes, is}, note_.tenant); !kept) return fail(kept.error());
    note_.sha256 = is;
    if (auto noted = store_.write_note(id_, note_); !noted) return fail(noted.error());
    ::unlink(store_.bytes_path(id_).c_str());
    file_.reset();
    return note_.progress(id_, bytes);
  }

  Result<void> withdraw() override {
    if (!file_) return ended();
    const bool cut = ::ftruncate(file_.get(), static_cast<off_t>(begun_at_)) == 0;
    file_.reset();  // the note still says what it said
    if (!cut) return failure("truncate");
    return {};
  }

 private:
  static tl::unexpected<Error> ended() { return fail(Errc::internal, "the part has ended"); }

  [[nodiscard]] Result<void> keep() {
    if (::fdatasync(file_.get()) != 0) return failure("sync");
    note_.hashed = hash_.save();
    return store_.write_note(id_, note_);
  }

  const FileUnfinishedUploads& store_;
  UploadId id_;
  Note note_;
  Fd file_;
  Sha256 hash_;
  std::uint64_t begun_at_ = 0;
};

FileUnfinishedUploads::FileUnfinishedUploads(const std::string& data_dir, std::size_t most)
    : folder_(data_dir + "/unfinished"),
      most_(most),
      own_whole_(std::make_unique<FileUploadStore>(data_dir)),
      whole_(*own_whole_) {
  make_folder();
}

FileUnfinishedUploads::FileUnfinishedUploads(const std::string& data_dir, WholeUploads& whole, std::size_t most)
    : folder_(data_dir + "/unfinished"), most_(most), whole_(whole) {
  make_folder();
}

void FileUnfinishedUploads::make_folder() const {
  if (::mkdir(folder_.c_str(), folder_mode) != 0 && errno != EEXIST)
    throw std::system_error(errno, std::generic_category(), "cannot make the folder " + folder_);
}

Result<UploadProgress> FileUnfinishedUploads::create(const UploadPlan& plan) {
  std::error_code error;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error))
    count += parse_upload_id(entry->path().filename().string()) ? 1 : 0;
  if (count >= most_)
    return fail(Errc::busy, "There are too many unfinished uploads. Finish or delete some, or try again later.");
  const UploadId id = new_upload_id();
  const Note note{plan.tenant, plan.length, plan.sha256.value_or(""), {}, {}};
  if (auto written = write_note(id, note); !written) return fail(written.error());
  const Fd file(::open(bytes_path(id).c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, file_mode));
  if (!file) return failure("create");
  return note.progress(id, 0);
}

Result<UploadProgress> FileUnfinishedUploads::find(const Tenant& tenant, const UploadId& id) {
  if (!parse_upload_id(id.text)) return no_such_upload();
  const auto note = read_note(tenant, id);
  if (note && !note->sha256.empty()) return note->progress(id, note->length);
  if (note) {
    struct stat status {};
    if (::stat(bytes_path(id).c_str(), &status) != 0) return no_such_upload();
    return note->progress(id, static_cast<std::uint64_t>(status.st_size));
  }
  if (note.error().code != Errc::not_found || ::access(note_path(id).c_str(), F_OK) == 0) return fail(note.error());
  // Sent whole, or so long ago that its note is swept.
  auto upload = whole_.find(tenant, id);
  if (!upload) return fail(std::move(upload.error()));
  return UploadProgress{id, upload->bytes, upload->bytes, true, std::move(upload->sha256)};
}

Result<std::unique_ptr<UploadPart>> FileUnfinishedUploads::append(const Tenant& tenant, const UploadId& id,
                                                                  std::uint64_t offset) {
  const auto there = find(tenant, id);
  if (!there) return fail(there.error());
  if (there->is_whole) return fail(Errc::conflict, "The upload is whole: nothing can be added to it.");
  auto file = open_locked(id);
  if (!file) return fail(file.error());
  auto note = read_note(tenant, id);  // again: the one who had the lock may have changed it
  if (!note) return fail(note.error());
  const auto bytes = size_of(*file);
  if (!bytes) return fail(bytes.error());
  if (offset != *bytes) {
    std::string detail =
        offset > *bytes ? "This part leaves a gap: the upload has " : "This part overlaps: the upload has ";
    detail += std::to_string(*bytes) + " bytes. Go on from there.";
    return fail(Errc::conflict, std::move(detail));
  }
  auto part = std::make_unique<Part>(*this, id, std::move(*note), std::move(*file));
  if (auto begun = part->begin(*bytes); !begun) return fail(begun.error());
  return part;
}

Result<void> FileUnfinishedUploads::discard(const Tenant& tenant, const UploadId& id) {
  const auto there = find(tenant, id);
  if (!there) return fail(there.error());
  if (there->is_whole) return fail(Errc::conflict, "The upload is whole. It goes by itself once no job needs it.");
  const auto file = open_locked(id);
  if (!file) return fail(file.error());
  remove_files(id);
  return {};
}

Result<std::size_t> FileUnfinishedUploads::sweep(std::chrono::seconds age) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error))
    names.push_back(entry->path().filename().string());
  if (error) {
    errno = error.value();
    return failure("list");
  }
  // Bytes before notes: a note whose bytes are there stays.
  std::sort(names.begin(), names.end());
  return static_cast<std::size_t>(std::count_if(names.begin(), names.end(), [&](const std::string& name) {
    return remove_if_untouched(name, age) && parse_upload_id(name);
  }));
}

bool FileUnfinishedUploads::remove_if_untouched(const std::string& name, std::chrono::seconds age) const {
  const std::string path = folder_ + "/" + name;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (std::chrono::system_clock::from_time_t(status.st_mtime) >= std::chrono::system_clock::now() - age) return false;
  const auto id = parse_upload_id(name);
  if (id && !open_locked(*id)) return false;
  if (name.ends_with(note_suffix) && ::access(path.substr(0, path.size() - note_suffix.size()).c_str(), F_OK) == 0)
    return false;
  return ::unlink(path.c_str()) == 0;
}

Result<FileUnfinishedUploads::Note> FileUnfinishedUploads::read_note(const Tenant& tenant, const UploadId& id) const {
  const auto text = read_file(note_path(id), most_note_bytes);
  if (!text && text.error().code == Errc::not_found) return no_such_upload();
  if (!text) return fail(text.error());
  Note note;
  note.tenant.text = value_in(*text, "tenant");
  const std::string_view length = value_in(*text, "length");
  std::from_chars(length.data(), length.data() + length.size(), note.length);
  note.planned_sha256 = value_in(*text, "planned");
  note.hashed = value_in(*text, "hashed");
  note.sha256 = value_in(*text, "sha256");
  if (note.tenant != tenant) return no_such_upload();
  return note;
}

Result<void> FileUnfinishedUploads::write_note(const UploadId& id, const Note& note) const {
  std::string text = "tenant " + note.tenant.text + "\nlength " + std::to_string(note.length) + "\n";
  if (!note.planned_sha256.empty()) text += "planned " + note.planned_sha256 + "\n";
  if (!note.hashed.empty()) text += "hashed " + note.hashed + "\n";
  if (!note.sha256.empty()) text += "sha256 " + note.sha256 + "\n";
  return write_file(note_path(id), text, file_mode);
}

Result<Fd> FileUnfinishedUploads::open_locked(const UploadId& id) const {
  Fd file(::open(bytes_path(id).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT) return no_such_upload();
  if (!file) return failure("open");
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failure("lock");
    return fail(Errc::conflict, "Another request is sending to this upload now. Try again when it has ended.");
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || status.st_nlink == 0) return no_such_upload();  // removed meanwhile
  return file;
}

void FileUnfinishedUploads::remove_files(const UploadId& id) const {
  ::unlink(bytes_path(id).c_str());
  ::unlink(note_path(id).c_str());
}

}  // namespace platen
