// What a connection does while the body of an upload comes.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "http/connection.hpp"

namespace platen::http {

void Connection::begin_upload(const Head& head, const Admission& admission) {
  lingers_ = true;
  place_ = around_.host.place_to_upload();
  if (!place_) return refuse_for_want_of_room();
  gathering_ = std::make_unique<Gathering>();
  UploadOrder& order = gathering_->order;
  order.body = body_;
  order.content_type = head.content_type;
  order.is_form = admission.course == Course::upload_form;
  if (admission.course == Course::upload_part) order.open_part = &admission.route->open_part;
  order.expects_continue = head.expects_continue && input_.empty();
  order.exchange = std::move(exchange_);
  order.input = std::move(input_);
  input_.clear();
  begin_window();
  lend_upload();
}

void Connection::lend_upload() {
  watch_.reset();
  no_deadline();
  state_ = State::lent_to_uploads;
  gathering_->order.socket = std::move(socket_);
  around_.host.lend_to_uploads(std::move(gathering_->order));
}

void Connection::gather() {
  const ssize_t got = ::recv(socket_.get(), around_.scratch.data(), around_.scratch.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return break_off({});
  UploadOrder& order = gathering_->order;
  std::string_view rest(around_.scratch.data(), static_cast<std::size_t>(got));
  if (order.chunk.empty()) deadline_ = std::min(deadline_, around_.loop.now() + around_.limits.upload_chunk_time);
  while (!rest.empty() && !order.body.done()) {
    const auto piece = order.body.next(rest);
    if (!piece) return break_off({.refusal = piece.error()});
    order.chunk += piece->data;
    rest.remove_prefix(piece->consumed);
  }
  order.input = rest;
  if (order.body.done() || order.chunk.size() >= around_.limits.upload_chunk_bytes) lend_upload();
}

void Connection::on_gathering_time_up() {
  const std::uint64_t bytes = gathering_->order.body.bytes();
  if (around_.loop.now() >= gathering_->window_ends) {
    if (bytes - gathering_->window_begun_at < around_.limits.least_window_bytes)
      return break_off({.refusal = Refusal{408, Errc::timed_out, "The body came too slowly."}});
    begin_window();
  }
  if (!gathering_->order.chunk.empty()) return lend_upload();
  deadline_ = gathering_->window_ends;
}

void Connection::begin_window() {
  gathering_->window_ends = around_.loop.now() + around_.limits.least_rate_window;
  gathering_->window_begun_at = gathering_->order.body.bytes();
}

void Connection::break_off(UploadFailure failure) {
  gathering_->order.broken_off = std::move(failure);
  lend_upload();
}

void Connection::take_back(ReturnedUpload returned) {
  socket_ = std::move(returned.order.socket);
  watch_again();
  if (!returned.is_over) {
    gathering_->order = std::move(returned.order);
    state_ = State::gathering;
    if (around_.loop.now() >= gathering_->window_ends) begin_window();  // the time of our own disk is not its fault
    deadline_ = gathering_->window_ends;
    return;
  }
  gathering_.reset();
  place_.reset();
  exchange_ = std::move(returned.order.exchange);
  input_ = std::move(returned.order.input);
  lingers_ = !returned.order.body.done();  // of what is left of it nothing can be made
  deliver();
  advance();
}

void Connection::on_cut_off() {
  if (state_ == State::gathering) break_off({});
}

}  // namespace platen::http
