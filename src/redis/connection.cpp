#include "redis/connection.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/log.hpp"

namespace platen::redis {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A sentinel that says nothing must leave time for the others.
constexpr milliseconds sentinel_timeout{500};

}  // namespace

Connection::Connection(Url url, ConnectionOptions options) : approach_(std::move(url)), options_(options) {}

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
  for (Reply reply;;) {
    if (auto ready = wait_for(POLLIN, deadline); !ready) return fail(std::move(ready).error());
    if (auto filled = wire_->fill(); !filled) return fail(std::move(filled).error());
    const auto is_whole = wire_->next(reply);
    if (!is_whole) return fail(is_whole.error());
    if (*is_whole) return reply;
  }
}

Result<void> Connection::ensure_connected() {
  if (wire_) return {};
  const Deadline deadline = steady_clock::now() + options_.connect_timeout;
  Result<void> connected;
  for (unsigned attempt = 0; attempt < approach_.round(); ++attempt) {
    connected = connect_once(attempt, deadline);
    if (connected) break;
    approach_.failed();
  }
  if (!connected) return lost(connected.error());
  if (std::exchange(reported_, false))
    log_line(spdlog::level::info, "redis is back", {{"address", approach_.url().without_secrets()}});
  return {};
}

Result<void> Connection::connect_once(unsigned attempt, Deadline deadline) {
  approach_.begin();
  for (;;) {
    const Deadline until =
        approach_.is_at_sentinel() ? std::min(deadline, steady_clock::now() + sentinel_timeout) : deadline;
    auto dialled = dial(attempt, until);
    const auto step = dialled ? log_in(until) : fail(std::move(dialled).error());
    if (step && *step == Approach::Step::arrived) return {};
    if (!step && !approach_.turn_to_next_sentinel()) return fail(step.error());
  }
}

Result<void> Connection::dial(unsigned attempt, Deadline deadline) {
  auto wire = Wire::dial(approach_.target(), attempt);
  if (!wire) return fail(std::move(wire).error());
  wire_ = *std::move(wire);
  for (Opening opening = Opening::writable; opening != Opening::done;) {
    if (auto ready = wait_for(opening == Opening::writable ? POLLOUT : POLLIN, deadline); !ready) return ready;
    const auto next = wire_->open();
    if (!next) return fail(next.error());
    opening = *next;
  }
  return {};
}

Result<Approach::Step> Connection::log_in(Deadline deadline) {
  Result<Approach::Step> step = Approach::Step::arrived;
  for (const auto& command : approach_.commands()) {
    const std::vector<std::string_view> arguments(command.begin(), command.end());
    const auto reply = exchange(arguments, deadline);
    if (!reply) return fail(reply.error());
    step = approach_.hear(*reply);
    if (!step) return step;
  }
  return step;
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
  trouble_ = reason.detail;
  if (!std::exchange(reported_, true))
    log_line(spdlog::level::warn, "redis cannot be used",
             {{"address", approach_.url().without_secrets()}, {"reason", reason.detail}});
  return fail(not_reachable());
}

}  // namespace platen::redis
