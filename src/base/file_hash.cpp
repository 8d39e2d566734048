#include "base/file_hash.hpp"

#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <vector>

#include "base/crypto.hpp"
#include "base/log.hpp"

namespace platen {

namespace {

constexpr const char* attribute = "user.platen.sha256";
constexpr std::size_t hex_digits = 64;
constexpr std::size_t hashed_at_once_bytes = 256 * 1024;

}  // namespace

Result<std::string> sha256_of(const Fd& file) {
  Sha256 hash;
  std::vector<char> buffer(hashed_at_once_bytes);
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(file.get(), buffer.data(), buffer.size(), at);
    if (got < 0) return fail(Errc::unavailable, "The file cannot be read back: " + errno_text(errno));
    if (got == 0) return hex(hash.finish());
    hash.update(std::span(buffer.data(), static_cast<std::size_t>(got)));
    at += got;
  }
}

void note_content_hash(const Fd& file, std::string_view sha256) {
  if (::fsetxattr(file.get(), attribute, sha256.data(), sha256.size(), 0) != 0)
    spdlog::debug("a file's hash is not kept with it: {}", errno_text(errno));
}

std::string noted_hash(const Fd& file) {
  std::array<char, hex_digits> noted{};
  const ssize_t got = ::fgetxattr(file.get(), attribute, noted.data(), noted.size());
  return got == static_cast<ssize_t>(hex_digits) ? std::string(noted.data(), noted.size()) : std::string();
}

Result<std::string> content_hash(const Fd& file) {
  std::string noted = noted_hash(file);
  if (!noted.empty()) return noted;
  return sha256_of(file);
}

}  // namespace platen
