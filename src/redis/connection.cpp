#include "redis/connection.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/log.hpp"
#include "redis/login.hpp"

namespace platen::redis {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A name may stand for several addresses (::1 and 127.0.0.1), of which one may have no Redis.
constexpr unsigned addresses_tried = 2;

}  // namespace

Connection::Connection(Url url, ConnectionOptions options) : url_(std::move(url)), options_(options) {}

Result<Reply> Connection::call(Arguments arguments) { return call(arguments, milliseconds(0)); }

Result<Reply> Connection::call(Arguments arguments, milliseconds longer) {
  // A server that was restarted while nothing was asked of it has hung up: find out before the command is spent.
  if (wire_ && wire_->is_closed()) wire_.reset();
  if (auto connected = ensure_connected(); !connected) return fail(std::move(connected).error());
  auto reply = exchange(arguments, steady_clock::now() + options_.command_timeout + longer);
  if (!reply) return lost(reply.error());
  if (wants_reconnect(*reply)) return lost({Errc::unavailable, std::string(Value(*reply).text())});
  return reply;
}

Result<Reply> Connection::exchange(Arguments arguments, Deadline deadline) {
  append_command(wire_->outgoing(), arguments);
  for (;;) {
    const auto all_sent = wire_->flush();
    if (!all_sent) return fail(all_sent.error());
    if (*all_sent) break;
    if (auto ready = wait_for(POLLOUT, deadline); !ready) return fail(std::move(ready).error());
  }
  for (;;) {
    if (auto ready = wait_for(POLLIN, deadline); !ready) return fail(std::move(ready).error());
    if (auto filled = wire_->fill(); !filled) return fail(std::move(filled).error());
    auto reply = wire_->next();
    if (!reply || *reply) return reply;
  }
}

Result<void> Connection::ensure_connected() {
  if (wire_) return {};
  const Deadline deadline = steady_clock::now() + options_.connect_timeout;
  Result<void> connected;
  for (unsigned attempt = 0; attempt < addresses_tried; ++attempt) {
    connected = connect_once(attempt, deadline);
    if (connected) break;
  }
  if (!connected) return lost(connected.error());
  if (std::exchange(reported_, false))
    log_line(spdlog::level::info, "redis is back", {{"address", url_.without_secrets()}});
  return {};
}

Result<void> Connection::connect_once(unsigned attempt, Deadline deadline) {
  auto wire = Wire::dial(url_, attempt);
  if (!wire) return fail(std::move(wire).error());
  wire_ = *std::move(wire);
  if (auto ready = wait_for(POLLOUT, deadline); !ready) return ready;
  if (auto connected = wire_->connected(); !connected) return connected;
  return log_in(deadline);
}

Result<void> Connection::log_in(Deadline deadline) {
  for (const auto& command : login_commands(url_)) {
    const std::vector<std::string_view> arguments(command.begin(), command.end());
    const auto reply = exchange(arguments, deadline);
    if (!reply) return fail(reply.error());
    if (auto checked = check_login(*reply); !checked) return checked;
  }
  return {};
}

Result<void> Connection::wait_for(short events, Deadline deadline) const {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    pollfd socket{wire_->fd(), events, 0};
    const int ready = ::poll(&socket, 1, static_cast<int>(std::max(left, milliseconds(0)).count()));
    if (ready > 0) return {};
    if (ready == 0) return fail(Errc::unavailable, "Redis does not answer in time");
    if (errno != EINTR) return fail(Errc::unavailable, errno_text(errno));
  }
}

tl::unexpected<Error> Connection::lost(const Error& reason) {
  wire_.reset();
  if (!std::exchange(reported_, true))
    log_line(spdlog::level::warn, "redis cannot be used",
             {{"address", url_.without_secrets()}, {"reason", reason.detail}});
  return fail(not_reachable());
}

}  // namespace platen::redis
