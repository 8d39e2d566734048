#include "http/connection.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "http/access_log.hpp"
#include "http/answer.hpp"

namespace platen::http {

namespace {

/// Requests that one read brings and that are answered at once; the next goes the long way, so that a client that sends
/// thousands in one go keeps nobody waiting.
constexpr unsigned most_answered_here = 16;

constexpr Refusal no_place{503, Errc::busy, "There are too many connections now. Try again in a moment."};

/// An EventSource, which any error would stop for good.
bool asks_for_events(const Exchange& exchange) {
  const auto accept = exchange.headers.find("Accept");
  return exchange.method == "GET" && accept != exchange.headers.end() &&
         accept->second.find("text/event-stream") != std::string::npos;
}

/// One to three seconds: not all come back at once.
std::chrono::milliseconds come_back_after(ConnectionId id) {
  constexpr ConnectionId step = 617;  // prime to the range: neighbours are far apart
  return std::chrono::milliseconds(1'000 + id * step % 2'000);
}

/// For who connected as the door began to drain, and has not asked for anything yet.
constexpr std::chrono::milliseconds first_request_of_drained{1'000};

bool would_block() noexcept { return errno == EAGAIN || errno == EINTR; }

}  // namespace

Connection::Connection(const ConnectionSurroundings& around, ConnectionId id, Fd socket, std::string peer)
    : around_(around),
      id_(id),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      scanner_(around.limits),
      taking_(around.limits) {
  watch_ = around_.loop.watch(socket_.get(), Interest::read, *this);
  set_deadline(around_.limits.head_time);
}

// --- Reading -----------------------------------------------------------------------------------------

void Connection::on_ready(Readiness ready) {
  switch (state_) {
    case State::reading_head:
    case State::reading_body: return receive();
    case State::lent_to_pool:
      // Whatever comes waits in the kernel. A client that is gone would be reported for ever.
      if (ready.hangup)
        watch_.reset();
      else
        set_interest(Interest::none);
      return;
    case State::waiting:
      if (ready.hangup) return close();
      return read_ahead();
    case State::writing:
      if (ready.hangup) return close();
      flush();
      return advance();
    case State::lingering: return drop_input();
    case State::gathering: return gather();
    case State::lent_to_uploads:
    case State::lent_to_files:
    case State::detached:
    case State::closed: return;
  }
}

void Connection::receive() {
  const ssize_t got = ::recv(socket_.get(), around_.scratch.data(), around_.scratch.size(), 0);
  if (got < 0 && would_block()) return;
  if (got <= 0) return close();
  if (state_ == State::reading_head && input_.empty() && !is_turned_away_) set_deadline(around_.limits.head_time);
  answered_here_ = 0;
  input_.append(around_.scratch.data(), static_cast<std::size_t>(got));
  advance();
}

/// Goes as far as the bytes that are here allow.
void Connection::advance() {
  bool goes_on = true;
  while (goes_on && (state_ == State::reading_head || state_ == State::reading_body))
    goes_on = state_ == State::reading_head ? read_head() : read_body();
  if (input_.empty()) std::string().swap(input_);  // an idle connection keeps no buffer
}

bool Connection::read_head() {
  if (input_.empty()) return false;
  const auto size = scanner_.scan(input_);
  if (size && *size == 0) return false;
  const std::size_t length = size.value_or(0);
  const std::string text = std::exchange(input_, input_.substr(length));
  auto head = size ? parse_head({text.data(), length}, around_.limits) : Checked<Head>(tl::unexpected(size.error()));
  scanner_ = HeadScanner(around_.limits);
  if (!head) {
    refuse_malformed(head.error());
    return true;
  }
  begin(*head, admit(*head, around_.routes, around_.limits));
  return true;
}

void Connection::begin(Head& head, const Admission& admission) {
  exchange_ = make_exchange(head);
  exchange_->connection = id_;
  exchange_->peer = peer_;
  exchange_->begun_at = around_.loop.now();
  begin_span(*exchange_, around_.tracer);
  if (exchange_->request_id.empty()) exchange_->request_id = around_.host.new_request_id();
  if (around_.host.is_draining()) exchange_->keep_alive = false;
  exchange_->answer_headers = around_.cross_origin.answer_headers(
      exchange_->headers, admission.course == Course::options ? admission.allow : std::string());
  if (is_turned_away_) {
    lingers_ = true;
    return refuse(no_place);
  }
  body_ = BodyReader(head, admission.body_limit_bytes);
  if (around_.gatekeeper != nullptr) {
    if (const auto refusal = around_.gatekeeper->admit(*exchange_, admission)) {
      lingers_ = head.framing != Framing::none;
      return refuse(*refusal);
    }
  }
  switch (admission.course) {
    case Course::refuse:
    case Course::options:
      lingers_ = head.framing != Framing::none;
      if (admission.course == Course::refuse) return refuse(admission.refusal, admission.allow);
      return allow(admission.allow);
    case Course::upload_file:
    case Course::upload_form:
    case Course::upload_part: return begin_upload(head, admission);
    case Course::collect:
    case Course::skip:
      keeps_body_ = admission.course == Course::collect;
      state_ = State::reading_body;
      window_bytes_ = 0;
      set_deadline(around_.limits.least_rate_window);
      if (head.expects_continue && input_.empty()) say_continue();
      return;
  }
}

bool Connection::read_body() {
  std::size_t used = 0;
  while (!body_.done() && used < input_.size()) {
    const auto piece = body_.next(std::string_view(input_).substr(used));
    if (!piece) {
      refuse_malformed(piece.error());
      return true;
    }
    used += piece->consumed;
    if (keeps_body_) exchange_->body += piece->data;
  }
  input_.erase(0, used);
  window_bytes_ += used;
  if (!body_.done()) return false;
  no_deadline();
  exchange_->body_bytes = body_.bytes();
  state_ = State::lent_to_pool;
  lingers_ = false;
  if (answered_here_ < most_answered_here && around_.host.answer_here(exchange_)) {
    ++answered_here_;
    if (exchange_) deliver();
  } else if (!around_.host.lend_to_pool(std::move(exchange_))) {
    refuse_for_want_of_room();
  }
  return true;
}

void Connection::say_continue() {
  constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
  // Nothing else is under way to the client, so the socket has room for a line.
  if (::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) close();
}

// --- What comes back -----------------------------------------------------------------------------------

void Connection::take_answer(ExchangePtr exchange) {
  if (!watch_) return close();  // the client left meanwhile
  exchange_ = std::move(exchange);
  deliver();
  advance();
}

void Connection::take_back(Fd socket) {
  socket_ = std::move(socket);
  if (!socket_) return close();
  watch_again();
  finish_answer();
  advance();
}

// --- Answering -----------------------------------------------------------------------------------------

/// What follows cannot be understood any more, so nothing after the answer is.
void Connection::refuse_malformed(const Refusal& refusal) {
  if (!exchange_) {
    exchange_ = std::make_unique<Exchange>();
    exchange_->method = exchange_->target = "-";
    exchange_->begun_at = around_.loop.now();
  }
  lingers_ = true;
  refuse(refusal);
}

void Connection::turn_away(Place place) {
  place_ = std::move(place);
  is_turned_away_ = true;
  set_deadline(around_.limits.turned_away_time);
}

void Connection::refuse_for_want_of_room() {
  refuse({503, Errc::busy, "There is no room for this request now. Try again in a moment."});
}

void Connection::refuse(const Refusal& refusal, std::string_view allow) {
  if (exchange_->request_id.empty()) exchange_->request_id = around_.host.new_request_id();
  if (lingers_) exchange_->keep_alive = false;
  if (refusal.status == no_place.status && asks_for_events(*exchange_)) {
    answer_come_back(*exchange_, come_back_after(id_));
    log_request(*exchange_);
    return deliver();
  }
  const std::string fields = allow.empty() ? std::string() : "Allow: " + std::string(allow) + "\r\n";
  answer_refusal(*exchange_, refusal, fields);
  log_request(*exchange_);
  deliver();
}

void Connection::allow(std::string_view methods) {
  if (lingers_) exchange_->keep_alive = false;
  answer_options(*exchange_, methods);
  log_request(*exchange_);
  deliver();
}

void Connection::deliver() {
  if (std::holds_alternative<Waiting>(exchange_->outcome)) return begin_wait();
  if (std::holds_alternative<Postponed>(exchange_->outcome)) return around_.host.postpone(std::move(exchange_));
  const ExchangePtr exchange = std::move(exchange_);
  if (around_.metrics != nullptr && exchange->status != 0)
    around_.metrics->answered(exchange->route, exchange->method, exchange->status,
                              std::chrono::steady_clock::now() - exchange->begun_at);
  closes_after_answer_ = !exchange->keep_alive;
  if (auto* bytes = std::get_if<Bytes>(&exchange->outcome)) {
    output_ = std::move(bytes->text);
    output_sent_ = 0;
    state_ = State::writing;
    taking_ = TakingRate(around_.limits);
    set_deadline(around_.limits.write_window);
    return flush();
  }
  if (auto* part = std::get_if<FilePart>(&exchange->outcome)) {
    watch_.reset();
    no_deadline();
    state_ = State::lent_to_files;
    return around_.host.lend_to_files(id_, std::move(socket_), std::move(*part));
  }
  if (auto* handover = std::get_if<Handover>(&exchange->outcome)) {
    set_interest(Interest::read);
    watch_.tell(nullptr);
    state_ = State::detached;
    handover->adopt({std::move(socket_), std::move(input_), &around_.host.errands(), std::move(watch_)});
    return around_.host.ended(id_, Ending::detached);
  }
  close();
}

void Connection::flush() {
  while (output_sent_ < output_.size()) {
    const ssize_t sent =
        ::send(socket_.get(), output_.data() + output_sent_, output_.size() - output_sent_, MSG_NOSIGNAL);
    if (sent < 0 && !would_block()) return close();
    if (sent < 0) return set_interest(Interest::write);
    output_sent_ += static_cast<std::size_t>(sent);
  }
  std::string().swap(output_);
  finish_answer();
}

void Connection::finish_answer() {
  if (closes_after_answer_ || around_.host.is_draining()) return lingers_ || !input_.empty() ? linger() : close();
  state_ = State::reading_head;
  was_answered_ = true;
  set_interest(Interest::read);
  set_deadline(input_.empty() ? around_.limits.keep_alive_idle : around_.limits.head_time);
}

// --- Waiting -------------------------------------------------------------------------------------------

void Connection::begin_wait() {
  Wait wait = std::move(std::get<Waiting>(exchange_->outcome).wait);
  exchange_->outcome = Abandoned{};
  exchange_->answer_after_wait = std::move(wait.answer);
  std::string().swap(exchange_->body);  // it has been used, and the wait is long
  state_ = State::waiting;
  place_ = around_.host.place_to_wait();
  if (!place_ || around_.host.is_draining()) return end_wait();
  set_interest(Interest::read);
  set_deadline(wait.at_most);
  watching_ = wait.watch([this] { end_wait(); });
}

void Connection::end_wait() {
  watching_.reset();
  place_.reset();
  if (around_.host.is_draining()) exchange_->keep_alive = false;
  // What was asked for may have been done already, so a full pool is no refusal: again at the next sweep.
  if (!around_.host.lend_to_pool(std::move(exchange_))) return set_deadline({});
  no_deadline();
  state_ = State::lent_to_pool;
}

void Connection::read_ahead() {
  const ssize_t got = ::recv(socket_.get(), around_.scratch.data(), around_.scratch.size(), 0);
  if (got < 0 && would_block()) return;
  if (got <= 0) return close();
  input_.append(around_.scratch.data(), static_cast<std::size_t>(got));
  if (input_.size() >= around_.limits.head_bytes) set_interest(Interest::none);
}

// --- Ending --------------------------------------------------------------------------------------------

/// Closing a socket with unread bytes makes the kernel reset it, and the client may never read its answer. So: say
/// that we are done, and read on for a while what nobody wants (RFC 9112, section 9.6).
void Connection::linger() {
  ::shutdown(socket_.get(), SHUT_WR);
  input_.clear();
  lingered_bytes_ = 0;
  state_ = State::lingering;
  set_interest(Interest::read);
  set_deadline(around_.limits.lingering_time);
}

void Connection::drop_input() {
  const ssize_t got = ::recv(socket_.get(), around_.scratch.data(), around_.scratch.size(), 0);
  if (got < 0 && would_block()) return;
  if (got <= 0) return close();
  lingered_bytes_ += static_cast<std::size_t>(got);
  if (lingered_bytes_ > around_.limits.lingering_bytes) close();
}

void Connection::close() {
  if (state_ == State::closed) return;
  if (state_ == State::waiting) log_request(*exchange_);  // without a status: the client left
  state_ = State::closed;
  watching_.reset();
  place_.reset();
  watch_.reset();
  socket_.reset();
  around_.host.ended(id_, Ending::closed);
}

void Connection::on_drain() {
  if (state_ == State::waiting) return end_wait();
  if (state_ != State::reading_head || !input_.empty()) return;
  receive();  // what has come, but was not read yet
  if (state_ != State::reading_head || !input_.empty()) return;
  if (was_answered_) return close();
  set_deadline(first_request_of_drained);
}

void Connection::on_time_up() {
  if (state_ == State::waiting) return end_wait();
  if (state_ == State::writing && taking_.is_kept(socket_, output_sent_))
    return set_deadline(around_.limits.write_window);
  if (is_turned_away_ && state_ == State::reading_head) return refuse_malformed(no_place);
  if (state_ == State::gathering) return on_gathering_time_up();
  const bool has_body = state_ == State::reading_body;
  if (has_body && window_bytes_ >= around_.limits.least_window_bytes) {
    window_bytes_ = 0;
    return set_deadline(around_.limits.least_rate_window);
  }
  if (has_body || (state_ == State::reading_head && !input_.empty()))
    return refuse_malformed({408, Errc::timed_out, "The request came too slowly."});
  close();
}

void Connection::watch_again() {
  watch_ = around_.loop.watch(socket_.get(), Interest::read, *this);
  interest_ = Interest::read;
}

void Connection::set_interest(Interest interest) {
  if (std::exchange(interest_, interest) != interest) watch_.set(interest);
}

}  // namespace platen::http
