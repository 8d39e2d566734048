// Streams that are asked for: found or not before there is an answer.
#include <utility>

#include "relay/hub.hpp"

namespace platen::relay {

Opening::~Opening() { hub_.unsubscribe(*this); }

void Opening::settle(Finding finding) {
  if (std::exchange(is_settled_, true)) return;
  finding_ = finding;
  hub_.settled_.push_back(self_);
  hub_.schedule_end_turn();
}

void Opening::learn(const Job* job) {
  if (job == nullptr) return settle(Finding::unknown);
  if (job->tenant != tenant_) return settle(Finding::absent);
  // Equal, not at least: who has seen more than there is has seen what a rollback undid.
  settle(has_ended(job->state) && job->seq == after_ ? Finding::over : Finding::there);
}

void Opening::deliver(const Notice& notice) {
  if (finding_ == Finding::there) frames_.push_back(notice.in(form_));
}

void Opening::finish() {
  is_finished_ = true;
  settle(Finding::absent);
}

void Hub::open(const OpeningRequest& request, Opened opened) {
  const auto place = openings_.insert(openings_.end(), std::make_shared<Opening>(*this, request, std::move(opened)));
  Opening& opening = **place;
  opening.self_ = place;
  if (is_full() || !has_room_for(request.job)) return opening.settle(Finding::no_room);
  // What cannot be looked up is not watched for whoever may have no right to it.
  if (!events_.healthy(request.job)) return opening.settle(Finding::unknown);
  subscribe(opening, request.job, request.after);
  arm_tick();
}

void Hub::lose_openings(const WhichJobs& which) {
  for (const std::shared_ptr<Opening>& opening : openings_)
    if (opening->job_ != nullptr && which(*opening->job_->id)) opening->settle(Finding::unknown);
}

void Hub::tell_openings() {
  for (const auto place : std::exchange(settled_, {})) {
    std::shared_ptr<Opening> opening = std::move(*place);
    openings_.erase(place);
    if (opening->finding_ == Finding::unknown) unsubscribe(*opening);
    const Opened opened = std::move(opening->opened_);
    opened(std::move(opening));
  }
}

Stream& Hub::begin(Connected client, const StreamRequest& request) {
  Stream& stream = open(std::move(client), head(request.head_fields, request.protocol));
  if (request.protocol == Protocol::websocket)
    stream.websocket_ = std::make_unique<WebSocket>(options_.stream.ignored_input_bytes);
  stream.may_go_on_ = request.may_go_on;
  return stream;
}

void Hub::adopt(Connected client, const StreamRequest& request) {
  if (is_full() || !has_room_for(request.job)) return refuse(std::move(client), request.head_fields, request.protocol);
  Stream& stream = begin(std::move(client), request);
  subscribe(stream, request.job, request.after);
  if (stream.websocket_) stream.hear(request.input);
}

void Hub::adopt(Connected client, const StreamRequest& request, Opening& opening) {
  if (opening.job_ == nullptr || is_full()) return adopt(std::move(client), request);
  Stream& stream = begin(std::move(client), request);
  for (const FramePtr& frame : opening.frames_) stream.send(frame);
  stream.job_ = std::exchange(opening.job_, nullptr);
  stream.job_->feed.replace(opening, stream);
  if (opening.is_finished_) stream.finish();
  if (stream.websocket_) stream.hear(request.input);
}

}  // namespace platen::relay
