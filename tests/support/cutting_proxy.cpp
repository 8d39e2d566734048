#include "tests/support/cutting_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <vector>

#include "tests/support/loopback.hpp"

namespace platen::test {

namespace {

constexpr int look_for_stop_ms = 20;

bool send_whole(const Fd& to, const char* bytes, std::size_t count) {
  for (std::size_t sent = 0; sent < count;) {
    const ssize_t some = ::send(to.get(), bytes + sent, count - sent, MSG_NOSIGNAL);
    if (some <= 0) return false;
    sent += static_cast<std::size_t>(some);
  }
  return true;
}

void reset_on_close(const Fd& socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

struct CuttingProxy::Pair {
  Fd client;
  Fd server;
  std::optional<std::size_t> bytes_left = {};  ///< of the answer, until the cut; nullopt: there is none
  bool cut_is_reset = false;
};

CuttingProxy::CuttingProxy(std::uint16_t upstream, const Cuts& cuts)
    : upstream_(upstream), cuts_(cuts), random_(cuts.seed) {
  LoopbackListener listener = listen_on_loopback();
  listener_ = std::move(listener.socket);
  port_ = listener.port;
  thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

CuttingProxy::~CuttingProxy() = default;

void CuttingProxy::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<pollfd> polled{{listener_.get(), POLLIN, 0}};
    for (const Pair& pair : pairs_) {
      polled.push_back({pair.client.get(), POLLIN, 0});
      polled.push_back({pair.server.get(), POLLIN, 0});
    }
    if (::poll(polled.data(), polled.size(), look_for_stop_ms) <= 0) continue;
    std::size_t at = 1;
    for (auto pair = pairs_.begin(); pair != pairs_.end(); at += 2) {
      const bool stays =
          (polled[at].revents == 0 || pass_request(*pair)) && (polled[at + 1].revents == 0 || pass_answer(*pair));
      pair = stays ? std::next(pair) : pairs_.erase(pair);
    }
    if (polled[0].revents != 0) accept();
  }
}

void CuttingProxy::accept() {
  Pair pair;
  pair.client = Fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  try {
    pair.server = connect_to_loopback(upstream_);
  } catch (const std::runtime_error&) {
    return;  // as if nobody listened here
  }
  if (accepted_++ < cuts_.connections) {
    pair.bytes_left = std::uniform_int_distribution(cuts_.least_answer_bytes, cuts_.most_answer_bytes)(random_);
    pair.cut_is_reset = std::bernoulli_distribution()(random_);
  }
  pairs_.push_back(std::move(pair));
}

bool CuttingProxy::pass_request(Pair& pair) const {
  std::array<char, 65536> buffer{};
  const ssize_t got = ::recv(pair.client.get(), buffer.data(), buffer.size(), 0);
  return got > 0 && send_whole(pair.server, buffer.data(), static_cast<std::size_t>(got));
}

bool CuttingProxy::pass_answer(Pair& pair) {
  std::array<char, 65536> buffer{};
  const ssize_t got = ::recv(pair.server.get(), buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  const auto bytes = static_cast<std::size_t>(got);
  if (pair.bytes_left && *pair.bytes_left < bytes && !cuts_.within_event_ends && buffer.at(*pair.bytes_left) == '\n')
    ++*pair.bytes_left;
  if (!pair.bytes_left || bytes < *pair.bytes_left) {
    if (pair.bytes_left) *pair.bytes_left -= bytes;
    return send_whole(pair.client, buffer.data(), bytes);
  }
  (void)send_whole(pair.client, buffer.data(), *pair.bytes_left);
  if (pair.cut_is_reset) reset_on_close(pair.client);
  ++*cuts_made_.lock();
  return false;
}

}  // namespace platen::test
