// The body of a request, taken out of its framing (RFC 9112, sections 6 and 7).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/head.hpp"
#include "http/refusal.hpp"

namespace platen::http {

/// Chunked coding, undone. Chunk extensions and trailers are bounded and dropped.
/// Threads: one at a time.
class ChunkedDecoder {
 public:
  /// What the first bytes of an input were: `consumed` of them are done with, `data` are those of the body among them.
  struct Piece {
    std::size_t consumed = 0;
    std::string_view data;
  };
  /// Consumes at least one byte of a non-empty input, unless done. Call it until the input is used up or `done`.
  [[nodiscard]] Checked<Piece> next(std::string_view input);
  [[nodiscard]] bool done() const noexcept { return state_ == State::done; }

 private:
  enum class State { size, extension, size_feed, data, data_return, data_feed, trailer, done };
  [[nodiscard]] Checked<void> take(char c);
  [[nodiscard]] Checked<void> take_size(char c);
  [[nodiscard]] Checked<void> take_trailer(char c);

  State state_ = State::size;
  std::uint64_t chunk_left_ = 0;
  std::size_t size_digits_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  std::size_t trailer_line_bytes_ = 0;
  char last_ = '\0';
};

/// A body by whichever framing its head named. Refuses one of more than `limit_bytes` with 413, by its length before
/// a byte is read, where there is a length.
/// Threads: one at a time.
class BodyReader {
 public:
  using Piece = ChunkedDecoder::Piece;
  BodyReader() = default;
  BodyReader(const Head& head, std::uint64_t limit_bytes);

  [[nodiscard]] Checked<Piece> next(std::string_view input);
  [[nodiscard]] bool done() const noexcept;
  /// Bytes of the whole body; nullopt when only its end will tell.
  [[nodiscard]] std::optional<std::uint64_t> announced_bytes() const noexcept;
  /// Bytes of the body so far.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  Framing framing_ = Framing::none;
  std::uint64_t length_ = 0;
  std::uint64_t limit_bytes_ = 0;
  std::uint64_t bytes_ = 0;
  ChunkedDecoder chunks_;
};

}  // namespace platen::http
