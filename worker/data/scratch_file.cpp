#include "worker/data/scratch_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

namespace platen::worker {

namespace {

constexpr std::uint64_t page_bytes = 64 * 1024;  // the largest that Linux has as its own

tl::unexpected<Error> failure(const char* what, int error) {
  if (error == ENOSPC || error == EDQUOT || error == EFBIG)
    return fail(Errc::unavailable, "The disk is full. Free some space and try again.");
  return fail(Errc::internal, std::string(what).append(" the scratch file: ").append(errno_text(error)));
}

}  // namespace

Result<ScratchFile> ScratchFile::open(const Fd& file) {
  const auto size = size_of(file);
  if (!size) return fail(size.error());
  return ScratchFile(file, *size);
}

Result<void> ScratchFile::append(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_->get(), bytes.data(), bytes.size(), static_cast<off_t>(end_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure("write", errno);
    end_ += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> ScratchFile::read(std::uint64_t offset, std::span<char> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(file_->get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("read", errno);
    if (got == 0) return fail(Errc::internal, "read the scratch file: it ends too early");
    offset += static_cast<std::uint64_t>(got);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

void ScratchFile::align_to_page() noexcept { end_ = (end_ + page_bytes - 1) / page_bytes * page_bytes; }

Result<MappedPart> MappedPart::map(const Fd& file, std::uint64_t offset, std::size_t bytes) {
  MappedPart part;
  if (bytes == 0) return part;  // an empty mapping is refused
  void* const mapped = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.get(), static_cast<off_t>(offset));
  if (mapped == MAP_FAILED) return failure("map", errno);
  part.data_ = static_cast<const char*>(mapped);
  part.bytes_ = bytes;
  return part;
}

MappedPart::MappedPart(MappedPart&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

MappedPart& MappedPart::operator=(MappedPart&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedPart::~MappedPart() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), bytes_);
}

}  // namespace platen::worker
