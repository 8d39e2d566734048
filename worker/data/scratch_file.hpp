// Room on disk for what does not fit in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/fd.hpp"
#include "platen/error.hpp"

namespace platen::worker {

/// Appends to a file, which others may have written to before, and reads from anywhere in it.
/// Borrows: the descriptor, whose position it neither uses nor moves. Threads: one writes; any reads what is written.
/// Errors: `unavailable` when the disk is full.
class ScratchFile {
 public:
  /// Begins behind what the file has.
  [[nodiscard]] static Result<ScratchFile> open(const Fd& file);

  /// Where the next bytes will lie.
  [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
  [[nodiscard]] Result<void> append(std::span<const char> bytes);
  /// Exactly as many bytes as `bytes` has.
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<char> bytes) const;
  /// Moves the end to where a mapping may begin.
  void align_to_page() noexcept;

 private:
  ScratchFile(const Fd& file, std::uint64_t end) noexcept : file_(&file), end_(end) {}

  const Fd* file_;
  std::uint64_t end_;
};

/// A part of a file in memory, for reading. Owns the mapping. Threads: any.
class MappedPart {
 public:
  MappedPart() noexcept = default;
  /// `offset` is where a page begins; all of the part has been written.
  [[nodiscard]] static Result<MappedPart> map(const Fd& file, std::uint64_t offset, std::size_t bytes);
  MappedPart(MappedPart&& other) noexcept;
  MappedPart& operator=(MappedPart&& other) noexcept;
  ~MappedPart();

  [[nodiscard]] const char* data() const noexcept { return data_; }

 private:
  const char* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace platen::worker
