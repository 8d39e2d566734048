#include "http/body_reader.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::size_t size_digits_limit = 15;  // of a chunk: 2^60 bytes, so that the number cannot overflow
constexpr std::size_t extension_limit_bytes = 256;
constexpr std::size_t trailer_limit_bytes = std::size_t{8} * 1024;

tl::unexpected<Refusal> bad_chunk() { return malformed("The chunked body is malformed."); }

}  // namespace

Checked<ChunkedDecoder::Piece> ChunkedDecoder::next(std::string_view input) {
  if (state_ == State::data) {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, input.size()));
    chunk_left_ -= taken;
    if (chunk_left_ == 0) state_ = State::data_return;
    return Piece{taken, input.substr(0, taken)};
  }
  std::size_t consumed = 0;
  while (consumed < input.size() && state_ != State::data && state_ != State::done)
    if (auto taken = take(input[consumed++]); !taken) return tl::unexpected(taken.error());
  return Piece{consumed, {}};
}

Checked<void> ChunkedDecoder::take(char c) {
  switch (state_) {
    case State::size: return take_size(c);
    case State::extension:
      // A quoted string may hold anything but a line's end, so what it means need not be known.
      if (c == '\r')
        state_ = State::size_feed;
      else if (c == '\n' || c == '\0' || ++extension_bytes_ > extension_limit_bytes)
        return bad_chunk();
      return {};
    case State::size_feed:
      if (c != '\n') return bad_chunk();
      state_ = chunk_left_ > 0 ? State::data : State::trailer;
      size_digits_ = extension_bytes_ = 0;
      return {};
    case State::data_return:
      if (c != '\r') return bad_chunk();
      state_ = State::data_feed;
      return {};
    case State::data_feed:
      if (c != '\n') return bad_chunk();
      state_ = State::size;
      return {};
    case State::trailer: return take_trailer(c);
    case State::data:
    case State::done: break;
  }
  return {};
}

Checked<void> ChunkedDecoder::take_size(char c) {
  const int digit = hex_value(c);
  if (digit >= 0) {
    if (++size_digits_ > size_digits_limit) return bad_chunk();
    chunk_left_ = chunk_left_ * 16 + static_cast<std::uint64_t>(digit);
    return {};
  }
  if (size_digits_ == 0) return bad_chunk();
  if (c == '\r')
    state_ = State::size_feed;
  else if (c == ';')
    state_ = State::extension;
  else
    return bad_chunk();
  return {};
}

Checked<void> ChunkedDecoder::take_trailer(char c) {
  if (++trailer_bytes_ > trailer_limit_bytes)
    return refuse(431, Errc::too_large, "The trailer is larger than it may be.");
  const char before = std::exchange(last_, c);
  if (c == '\0' || (c == '\n') != (before == '\r')) return bad_chunk();
  if (c == '\n') {
    if (trailer_line_bytes_ == 0) state_ = State::done;
    trailer_line_bytes_ = 0;
  } else if (c != '\r') {
    ++trailer_line_bytes_;
  }
  return {};
}

BodyReader::BodyReader(const Head& head, std::uint64_t limit_bytes)
    : framing_(head.framing), length_(head.content_length), limit_bytes_(limit_bytes) {}

bool BodyReader::done() const noexcept {
  switch (framing_) {
    case Framing::none: return true;
    case Framing::length: return bytes_ == length_;
    case Framing::chunked: return chunks_.done();
  }
  return true;
}

std::optional<std::uint64_t> BodyReader::announced_bytes() const noexcept {
  if (framing_ == Framing::chunked) return std::nullopt;
  return framing_ == Framing::length ? length_ : 0;
}

Checked<BodyReader::Piece> BodyReader::next(std::string_view input) {
  if (framing_ == Framing::length) {
    if (length_ > limit_bytes_) return refuse(413, Errc::too_large, "The body is larger than it may be.");
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(length_ - bytes_, input.size()));
    bytes_ += taken;
    return Piece{taken, input.substr(0, taken)};
  }
  auto piece = chunks_.next(input);
  if (!piece) return piece;
  bytes_ += piece->data.size();
  if (bytes_ > limit_bytes_) return refuse(413, Errc::too_large, "The body is larger than it may be.");
  return piece;
}

}  // namespace platen::http
