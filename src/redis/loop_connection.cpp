#include "redis/loop_connection.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace platen::redis {

namespace {

// How often silence is looked for.
constexpr std::chrono::milliseconds tick_period{250};
constexpr int most_fills_a_turn = 16;  // of 64 KiB: then others have their turn

}  // namespace

LoopConnection::LoopConnection(Loop& loop, Url url, Events events, LoopConnectionOptions options)
    : loop_(loop), approach_(std::move(url)), events_(std::move(events)), options_(options) {
  // In the loop's first turn, so that no callback comes before the owner is whole.
  retry_ = loop_.after(std::chrono::milliseconds(0), [this] { begin(); });
  state_ = State::connecting;
  tick();
}

LoopConnection::~LoopConnection() = default;

void LoopConnection::call(Arguments arguments, Done done) {
  std::string command;
  append_command(command, arguments);
  call_encoded(command, std::move(done));
}

void LoopConnection::call_encoded(std::string_view command, Done done) {
  if (state_ != State::up && attempt_ > 0) {
    loop_.at_turn_end([done = std::move(done)] { done(fail(not_reachable())); });
    return;
  }
  std::string& bytes = state_ == State::up ? wire_->outgoing() : held_;
  if (pending_.size() >= options_.most_pending || bytes.size() + command.size() > options_.most_unsent_bytes) {
    loop_.at_turn_end([done = std::move(done)] {
      done(fail(Errc::busy, "Too many requests wait for the queue; try again shortly."));
    });
    return;
  }
  bytes.append(command);
  pending_.push_back(std::move(done));
  if (state_ == State::up) schedule_flush();
}

void LoopConnection::send(Arguments arguments) {
  if (state_ != State::up) return;
  append_command(wire_->outgoing(), arguments);
  schedule_flush();
}

void LoopConnection::begin() {
  approach_.begin();
  dial();
}

void LoopConnection::dial() {
  watch_.reset();
  wire_.reset();
  state_ = State::connecting;
  since_ = loop_.now();
  auto wire = Wire::dial(approach_.target(), attempt_);
  if (!wire) return lose(wire.error());
  wire_ = *std::move(wire);
  watch_ = loop_.watch(wire_->fd(), Interest::write, *this);
}

void LoopConnection::on_ready(Readiness ready) {
  if (state_ == State::connecting) return open();
  if (ready.readable || ready.hangup) hear();
  if (wire_ && state_ != State::connecting && ready.writable) flush();
}

void LoopConnection::open() {
  const auto opening = wire_->open();
  if (!opening) return lose(opening.error());
  if (*opening == Opening::done) return log_in();
  watch_.set(*opening == Opening::writable ? Interest::write : Interest::read);
}

void LoopConnection::log_in() {
  state_ = State::logging_in;
  watch_.set(Interest::read);
  wants_write_ = false;
  for (const auto& command : approach_.commands()) {
    const std::vector<std::string_view> arguments(command.begin(), command.end());
    append_command(wire_->outgoing(), arguments);
  }
  flush();
}

void LoopConnection::hear() {
  if (state_ == State::up) since_ = loop_.now();
  pinged_ = false;
  // All that is there: what is passed on within one turn shares its sends, the more the busier it is. An answer may end
  // the connection, or have another one dialled, which has nothing to say yet.
  for (int i = 0; i < most_fills_a_turn && wire_ && state_ != State::connecting; ++i) {
    const auto filled = wire_->fill();
    if (!filled) return lose(filled.error());
    if (!*filled) return;
    take_whole();
  }
}

void LoopConnection::take_whole() {
  while (wire_) {
    const auto is_whole = wire_->next(heard_);
    if (!is_whole) return lose(is_whole.error());
    if (!*is_whole) return;
    take();
  }
}

void LoopConnection::take() {
  if (state_ == State::logging_in) return take_login(heard_);
  if (wants_reconnect(heard_)) return lose({Errc::unavailable, std::string(Value(heard_).text())});
  if (is_subscriber()) return events_.pushed(heard_);
  if (pending_.empty()) return lose({Errc::unavailable, "an answer without a command"});
  const Done done = std::move(pending_.front());
  pending_.pop_front();
  if (done) done(std::exchange(heard_, {}));
}

void LoopConnection::take_login(const Value& reply) {
  const auto step = approach_.hear(reply);
  if (!step) return lose(step.error());
  if (*step == Approach::Step::dial) return dial();
  if (*step == Approach::Step::arrived) become_up();
}

void LoopConnection::become_up() {
  state_ = State::up;
  attempt_ = 0;
  since_ = loop_.now();
  wire_->outgoing().append(std::exchange(held_, {}));
  schedule_flush();
  if (std::exchange(reported_, false))
    log_line(spdlog::level::info, "redis is back", {{"address", approach_.url().without_secrets()}});
  events_.up();
}

void LoopConnection::lose(const Error& reason) {
  if (state_ != State::up && approach_.turn_to_next_sentinel()) return dial();
  const bool was_up = state_ == State::up;
  state_ = State::waiting;
  watch_.reset();
  wire_.reset();
  held_.clear();
  pinged_ = false;
  if (!std::exchange(reported_, true))
    log_line(spdlog::level::warn, "redis cannot be used",
             {{"address", approach_.url().without_secrets()}, {"reason", reason.detail}});
  const auto doubled = options_.first_retry * (1U << std::min(attempt_, 16U));
  ++attempt_;
  approach_.failed();
  retry_ = loop_.after(std::min<std::chrono::milliseconds>(doubled, options_.last_retry), [this] { begin(); });
  fail_pending();
  if (was_up) events_.down();
}

void LoopConnection::fail_pending() {
  for (const Done& done : std::exchange(pending_, {})) {
    if (done) done(fail(not_reachable()));  // a ping's is empty
  }
}

void LoopConnection::schedule_flush() {
  if (std::exchange(flush_scheduled_, true)) return;
  loop_.at_turn_end([this] {
    flush_scheduled_ = false;
    if (wire_ && state_ == State::up) flush();
  });
}

void LoopConnection::flush() {
  const auto all_sent = wire_->flush();
  if (!all_sent) return lose(all_sent.error());
  if (std::exchange(wants_write_, !*all_sent) != wants_write_)
    watch_.set(wants_write_ ? Interest::both : Interest::read);
}

void LoopConnection::tick() {
  tick_ = loop_.after(tick_period, [this] { tick(); });
  const auto silence = loop_.now() - since_;
  const bool is_dialling = wire_.has_value() && state_ != State::up;
  if (is_dialling && silence > options_.connect_timeout) return lose({Errc::unavailable, "no connection in time"});
  if (state_ != State::up) return;
  if (pinged_ && silence > options_.silence_at_most) return lose({Errc::unavailable, "Redis fell silent"});
  if (pinged_ || silence < options_.ping_after) return;
  pinged_ = true;
  since_ = loop_.now();
  static constexpr std::string_view ping[] = {"PING"};
  append_command(wire_->outgoing(), ping);
  if (!is_subscriber()) pending_.emplace_back();
  schedule_flush();
}

}  // namespace platen::redis
