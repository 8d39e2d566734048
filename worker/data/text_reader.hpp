// The data as UTF-8 text, a window at a time, whatever its encoding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "platen/report.hpp"

namespace platen::worker {

/// A window over the text that moves forward, and jumps to any place it has been.
///
/// UTF-8 is not copied: the window is all that is left, broken sequences included. Other encodings are decoded in
/// blocks, so that memory depends on the window's size only; there broken sequences are already U+FFFD. A byte order
/// mark at the very beginning is no part of the text.
/// Borrows: the bytes. Threads: one. Units: offsets are in the bytes as they came.
class TextReader {
 public:
  TextReader(std::string_view bytes, Encoding encoding);

  /// The text from here on, as far as it is decoded. Valid until `extend`, `consume` or `seek`.
  [[nodiscard]] std::string_view window() const noexcept { return window_; }
  /// Whether the window reaches to the end of the data.
  [[nodiscard]] bool complete() const noexcept { return decoded_to_ == bytes_.size(); }
  /// Makes the window longer; only while it is not complete.
  void extend();
  /// Moves the window's beginning forward. It must fall between two characters.
  void consume(std::size_t text_bytes);

  /// Of the window's beginning.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  /// Of where the window would begin after `consume(text_bytes)`.
  [[nodiscard]] std::uint64_t offset_after(std::size_t text_bytes) const noexcept;
  /// Moves to an offset that these two gave, and counts from zero again.
  void seek(std::uint64_t offset);
  /// What could not be decoded, up to the end of the window, and became U+FFFD. Never counts in UTF-8.
  [[nodiscard]] std::uint64_t replaced() const noexcept { return replaced_; }

 private:
  void decode_utf16(std::string_view block);
  void decode_windows1252(std::string_view block);

  std::string_view bytes_;
  Encoding encoding_;
  std::uint64_t offset_ = 0;
  std::uint64_t decoded_to_ = 0;  // offset of the first byte past the window
  std::uint64_t replaced_ = 0;
  std::size_t block_bytes_ = 0;  // to decode next
  std::string decoded_;          // holds the window, except of UTF-8
  std::string_view window_;
};

/// Bytes of a byte order mark of this encoding at the beginning of `bytes`; 0 without one.
[[nodiscard]] std::size_t byte_order_mark(std::string_view bytes, Encoding encoding) noexcept;

}  // namespace platen::worker
