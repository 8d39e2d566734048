// The bytes of a report's data.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "platen/error.hpp"

namespace platen::worker {

/// The whole data as one view: a file, mapped so that no copy of it is held, or a text in memory.
/// The file must not be cut short while it is mapped (stored uploads never change).
/// Owns: the mapping or the text. Threads: any, for it is immutable.
class Input {
 public:
  /// Maps a file for reading; the descriptor is borrowed for the call only.
  [[nodiscard]] static Result<Input> map(const Fd& file);
  /// Keeps a text.
  [[nodiscard]] static Input hold(std::string text);

  Input(Input&& other) noexcept;
  Input& operator=(Input&& other) noexcept;
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  ~Input();

  /// Says that the bytes will be read here and there from now on, not from front to back: only a hint.
  void expect_any_order() const noexcept;

  /// Valid as long as this object stays where it is.
  [[nodiscard]] std::string_view bytes() const noexcept { return mapped_ ? std::string_view(mapped_, size_) : text_; }

 private:
  Input() = default;

  const char* mapped_ = nullptr;
  std::size_t size_ = 0;
  std::string text_;
};

}  // namespace platen::worker
