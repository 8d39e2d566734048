#include "http/body_source.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace platen::http {

namespace {

constexpr std::size_t read_bytes = std::size_t{128} * 1024;
/// How soon a stop is noticed while the client sends nothing.
constexpr std::chrono::milliseconds stop_check_every{100};

tl::unexpected<UploadFailure> gone() { return tl::unexpected<UploadFailure>(UploadFailure{}); }

tl::unexpected<UploadFailure> refused(const Refusal& refusal) {
  return tl::unexpected<UploadFailure>(UploadFailure{.refusal = refusal});
}

}  // namespace

BodySource::BodySource(UploadOrder& order, const Limits& limits, const std::stop_token& stop)
    : order_(order), limits_(limits), stop_(stop) {}

tl::expected<std::string_view, UploadFailure> BodySource::next() {
  while (!order_.body.done()) {
    if (used_ == order_.input.size())
      if (auto filled = fill(); !filled) return tl::unexpected(filled.error());
    auto piece = order_.body.next(std::string_view(order_.input).substr(used_));
    if (!piece) return refused(piece.error());
    used_ += piece->consumed;
    if (!piece->data.empty()) return piece->data;
  }
  order_.input.erase(0, used_);  // what is left is the next request's
  used_ = 0;
  return std::string_view{};
}

tl::expected<void, UploadFailure> BodySource::fill() {
  if (order_.expects_continue)
    if (auto said = say_continue(); !said) return said;
  for (;;) {
    order_.input.resize(read_bytes);
    const ssize_t got = ::recv(order_.socket.get(), order_.input.data(), order_.input.size(), 0);
    order_.input.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    used_ = 0;
    if (got > 0) {
      window_bytes_ += static_cast<std::size_t>(got);
      return {};
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) return gone();
    if (auto ready = wait_readable(); !ready) return ready;
  }
}

tl::expected<void, UploadFailure> BodySource::wait_readable() {
  using std::chrono::steady_clock;
  for (;;) {
    if (stop_.stop_requested()) return gone();
    if (waited_ >= limits_.least_rate_window) {
      if (window_bytes_ < limits_.least_window_bytes)
        return refused({408, Errc::timed_out, "The body came too slowly."});
      window_bytes_ = 0;
      waited_ = {};
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(limits_.least_rate_window - waited_);
    pollfd waiting{order_.socket.get(), POLLIN, 0};
    const auto begun = steady_clock::now();
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, stop_check_every).count()));
    waited_ += steady_clock::now() - begun;
    if (ready > 0) return {};
  }
}

tl::expected<void, UploadFailure> BodySource::say_continue() {
  order_.expects_continue = false;
  constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
  // Nothing else is under way to the client, so the socket has room for a line.
  if (::send(order_.socket.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
    return gone();
  return {};
}

}  // namespace platen::http
