#include "store/file_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <span>
#include <system_error>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/owned.hpp"

namespace platen {

namespace {

constexpr mode_t folder_mode = 0770;  // the group may remove what it did not write
constexpr mode_t file_mode = 0640;
constexpr std::string_view draft_prefix = ".draft-";

tl::unexpected<Error> failure(int error, std::string_view what) {
  if (error == ENOENT) return fail(Errc::not_found, "There is no such file.");
  spdlog::error("store: {}: {}", what, errno_text(error));
  const bool full = error == ENOSPC || error == EDQUOT;
  if (full) return fail(Errc::unavailable, "The disk is full. Free some space and try again.");
  return fail(Errc::unavailable, "The store cannot be used now. Its log says why.");
}

std::string subfolder_of(std::string_view name) {
  const std::string_view stem = name.substr(0, name.find('.'));
  return std::string(stem.substr(stem.size() - 2));
}

std::string path_of(std::string_view name) { return subfolder_of(name).append("/").append(name); }

std::string proc_path(const Fd& file) { return "/proc/self/fd/" + std::to_string(file.get()); }

bool same_file(const Fd& file, const Fd& root, const std::string& path) {
  struct stat ours {};
  struct stat theirs {};
  return ::fstat(file.get(), &ours) == 0 && ::fstatat(root.get(), path.c_str(), &theirs, AT_SYMLINK_NOFOLLOW) == 0 &&
         ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

void close_listing(DIR* listing) noexcept { ::closedir(listing); }
using Listing = Owned<DIR, close_listing>;

/// The names in a folder below `at` but the hidden ones that every folder has.
Result<std::vector<std::string>> names_in(const Fd& at, const std::string& folder) {
  Fd fd(::openat(at.get(), folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return failure(errno, "open folder");
  const Listing listing(::fdopendir(fd.get()));
  if (!listing) return failure(errno, "fdopendir");
  [[maybe_unused]] const int now_the_listings = fd.release();
  std::vector<std::string> names;
  while (const dirent* const entry = ::readdir(listing.get())) {
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

std::size_t random_below(std::size_t bound) {
  std::array<unsigned char, 2> bytes{};
  random_bytes(bytes);
  return bound == 0 ? 0 : (bytes[0] * 256U + bytes[1]) % bound;
}

/// Whether a file was last written before `moment`; a folder never was.
bool written_before(const Fd& root, const std::string& path, std::chrono::system_clock::time_point moment) {
  struct stat status {};
  if (::fstatat(root.get(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode)) return false;
  return std::chrono::system_clock::from_time_t(status.st_mtime) < moment;
}

}  // namespace

FileTree::FileTree(const std::string& path, Drafts drafts) : drafts_(drafts) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  if (::mkdir(path.c_str(), folder_mode) != 0 && errno != EEXIST)
    throw std::system_error(errno, std::generic_category(), "cannot make the folder " + path);
  root_ = Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root_) throw std::system_error(errno, std::generic_category(), "cannot open the folder " + path);
}

Result<Fd> FileTree::create() const {
  if (drafts_ == Drafts::named) return create_named();
  Fd file(::openat(root_.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, file_mode));
  if (file) return file;
  // EISDIR is what kernels that do not know the flag answer.
  if (errno == EOPNOTSUPP || errno == EISDIR) return create_named();
  return failure(errno == ENOENT ? ESTALE : errno, "create");
}

Result<Fd> FileTree::create_named() const {
  const std::string name = std::string(draft_prefix) + random_hex(16);
  Fd file(::openat(root_.get(), name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, file_mode));
  if (!file) return failure(errno == ENOENT ? ESTALE : errno, "create");
  return file;
}

Result<void> FileTree::keep(const Fd& file, std::string_view name) const {
  if (::fsync(file.get()) != 0) return failure(errno, "fsync");
  const std::string subfolder = subfolder_of(name);
  if (::mkdirat(root_.get(), subfolder.c_str(), folder_mode) == 0) {
    if (::fsync(root_.get()) != 0) return failure(errno, "fsync folder");
  } else if (errno != EEXIST) {
    return failure(errno, "mkdir");
  }
  const std::string path = path_of(name);
  if (::linkat(AT_FDCWD, proc_path(file).c_str(), root_.get(), path.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    if (errno != EEXIST) return failure(errno, "link");
    if (!same_file(file, root_, path)) return fail(Errc::conflict, "Another file has this name.");
  }
  const Fd folder(::openat(root_.get(), subfolder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return failure(errno, "fsync folder");
  drop_draft_name(file);
  return {};
}

void FileTree::drop_draft_name(const Fd& file) const {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t length = ::readlink(proc_path(file).c_str(), buffer.data(), buffer.size());
  if (length <= 0) return;
  const std::string_view path(buffer.data(), static_cast<std::size_t>(length));
  const std::string name(path.substr(path.rfind('/') + 1));
  if (name.starts_with(draft_prefix)) ::unlinkat(root_.get(), name.c_str(), 0);
}

Result<Fd> FileTree::open(std::string_view name) const {
  Fd file(::openat(root_.get(), path_of(name).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return failure(errno, "open");
  return file;
}

Result<void> FileTree::remove(std::string_view name) const {
  if (::unlinkat(root_.get(), path_of(name).c_str(), 0) != 0 && errno != ENOENT) return failure(errno, "remove");
  return {};
}

Result<std::vector<std::string>> FileTree::older_than(std::chrono::seconds age, std::size_t limit) const {
  const auto moment = std::chrono::system_clock::now() - age;
  auto subfolders = names_in(root_, ".");
  if (!subfolders) return subfolders;
  std::rotate(subfolders->begin(), subfolders->begin() + static_cast<long>(random_below(subfolders->size())),
              subfolders->end());
  std::vector<std::string> found;
  for (const std::string& subfolder : *subfolders) {
    if (subfolder.starts_with(draft_prefix)) {
      if (written_before(root_, subfolder, moment)) ::unlinkat(root_.get(), subfolder.c_str(), 0);
      continue;
    }
    if (subfolder.size() != 2 || found.size() >= limit) continue;
    auto names = names_in(root_, subfolder);
    if (!names) return names;
    for (std::string& name : *names)
      if (found.size() < limit && written_before(root_, subfolder + '/' + name, moment))
        found.push_back(std::move(name));
  }
  return found;
}

Result<void> FileTree::check() const {
  const auto file = create();
  if (!file) return fail(file.error());
  // A byte, for a full disk has room for a file without any.
  auto written = write_all(*file, std::span("x", 1));
  drop_draft_name(*file);
  return written;
}

}  // namespace platen
