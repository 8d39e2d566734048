// File descriptors with an owner, and the few calls on them that several modules need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "platen/error.hpp"

namespace platen {

/// Owns a descriptor; closes it when it goes. Empty (-1) when moved from.
class Fd {
 public:
  Fd() noexcept = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  void reset() noexcept;

 private:
  int fd_ = -1;
};

/// The text of `errno`, for logs; never for clients.
[[nodiscard]] std::string errno_text(int error);

/// Writes all of it, over interrupts and short writes. A full disk is `unavailable`, all else `internal`.
[[nodiscard]] Result<void> write_all(const Fd& fd, std::span<const char> bytes);
/// Reads from the present position to the end; `too_large` past `limit_bytes`.
[[nodiscard]] Result<std::string> read_all(const Fd& fd, std::size_t limit_bytes);
/// Reads a file from its beginning, however far it was read before; `too_large` past `limit_bytes`.
[[nodiscard]] Result<std::string> read_whole(const Fd& file, std::size_t limit_bytes);
/// Opens a file for reading and reads it whole.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t limit_bytes);
/// Writes a file under a temporary name, makes it durable, and renames it into place.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view text, unsigned mode);
[[nodiscard]] Result<std::uint64_t> size_of(const Fd& fd);
/// An anonymous file in memory that holds `bytes`, positioned at its start.
[[nodiscard]] Result<Fd> memory_file(std::string_view bytes);
/// Opens a directory's descriptor for `…at` calls.
[[nodiscard]] Result<Fd> open_directory(const std::string& path);

}  // namespace platen
