#include "http/body_source.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace platen::http {

namespace {

tl::unexpected<UploadFailure> gone() { return tl::unexpected<UploadFailure>(UploadFailure{}); }

}  // namespace

BodySource::BodySource(UploadOrder& order, const Limits& limits, std::span<char> scratch)
    : order_(order),
      limits_(limits),
      scratch_(scratch),
      chunk_(std::exchange(order.chunk, {})),
      input_(std::exchange(order.input, {})),
      rest_(input_),
      quick_bytes_(chunk_.size()) {}

BodySource::~BodySource() { order_.input = rest_; }

tl::expected<std::optional<std::string_view>, UploadFailure> BodySource::next() {
  if (!std::exchange(gave_chunk_, true) && !chunk_.empty()) return chunk_;
  while (!order_.body.done()) {
    if (rest_.empty()) {
      const auto filled = fill();
      if (!filled) return tl::unexpected(filled.error());
      if (!*filled) return std::nullopt;
    }
    const auto piece = order_.body.next(rest_);
    if (!piece) return tl::unexpected<UploadFailure>(UploadFailure{.refusal = piece.error()});
    rest_.remove_prefix(piece->consumed);
    if (!piece->data.empty()) return piece->data;
  }
  return std::nullopt;
}

tl::expected<bool, UploadFailure> BodySource::fill() {
  if (taken_bytes_ >= limits_.upload_turn_bytes) return false;
  if (std::exchange(order_.expects_continue, false) && !say_continue()) return gone();
  for (;;) {
    const ssize_t got = ::recv(order_.socket.get(), scratch_.data(), scratch_.size(), 0);
    if (got > 0) {
      rest_ = {scratch_.data(), static_cast<std::size_t>(got)};
      taken_bytes_ += rest_.size();
      quick_bytes_ += rest_.size();
      return true;
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) return gone();
    if (!wait_readable()) return false;
  }
}

bool BodySource::wait_readable() {
  using std::chrono::steady_clock;
  for (;;) {
    if (patience_ <= patience_.zero()) {
      if (quick_bytes_ < limits_.upload_chunk_bytes) return false;
      quick_bytes_ = 0;
      patience_ = limits_.upload_patience;
    }
    pollfd waiting{order_.socket.get(), POLLIN, 0};
    const auto begun = steady_clock::now();
    const auto at_most = std::chrono::ceil<std::chrono::milliseconds>(patience_);
    const int ready = ::poll(&waiting, 1, static_cast<int>(at_most.count()));
    patience_ -= steady_clock::now() - begun;
    if (ready > 0) return true;
  }
}

bool BodySource::say_continue() {
  constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
  // Nothing else is under way to the client, so the socket has room for a line.
  return ::send(order_.socket.get(), line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
}

}  // namespace platen::http
