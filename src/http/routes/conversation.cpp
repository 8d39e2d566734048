#include "http/routes/conversation.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "base/log.hpp"
#include "codec/command_json.hpp"
#include "codec/problem_json.hpp"
#include "http/answer.hpp"
#include "http/handshake.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/routes/submitting.hpp"

namespace platen::http {

namespace {

const std::optional<Upload> no_upload;
constexpr int unavailable_status = 503;
constexpr std::chrono::seconds retry_after{1};

Error no_room() {
  return {Errc::busy,
          fmt::format("This connection watches {} jobs, which is all it may: wait for one to end, 'unwatch' one, or "
                      "open another connection.",
                      relay::Channel::most_jobs),
          {}};
}

}  // namespace

/// A message and what comes of it. It goes from the loop to a thread of the pool and back.
struct Conversation::Turn {
  std::string message;
  std::string request_id;
  OpenSpan span;
  Visitor visitor;
  bool has_room = false;  ///< for one more job; it can only have become true since

  std::string_view name = "unreadable";
  std::optional<std::string> ref;
  std::string answer;  ///< its member, as `{"job":…}` has it
  std::string_view answer_name;
  std::optional<codec::WatchCommand> watch;  ///< to be done with the answer
  std::optional<JobId> unwatch;
  std::string about;  ///< the job's id, for the log

  void refuse(Error error) {
    // There is no header for it here.
    if (codec::status_of(error.code) == unavailable_status && !error.retry_after) error.retry_after = retry_after;
    if (error.code == Errc::internal) log_line(spdlog::level::err, error.detail, {{"request_id", request_id}});
    span.fail(platen::name_of(error.code));
    answer_name = "error";
    answer = codec::encode_problem(error, request_id);
  }
  void show(const Services& services, const Result<Job>& job) {
    if (!job) return refuse(job.error());
    answer_name = "job";
    answer = shown(services, visitor, *job);
  }

  void act(const Services& services) {
    codec::CommandMessage read = codec::decode_command(message);
    ref = std::move(read.ref);
    if (!visitor.caller) return refuse({Errc::unauthorized, "The key of this connection does not work any more.", {}});
    if (!read.command) return refuse(read.command.error());
    std::visit([&](const auto& command) { act(services, command); }, *read.command);
  }

  /// For the log and the traces.
  void tell(std::chrono::duration<double, std::milli> took) {
    const std::string trace = trace_id_of(span.context());
    log_line(
        spdlog::level::info, "message",
        {{"command", name},
         {"answer", answer_name},
         {"ms", took.count()},
         {"request_id", request_id},
         {"trace_id", trace},
         {"job_id", about},
         {"tenant", visitor.needs_tickets() && visitor.caller ? std::string_view(visitor.caller->tenant.text) : ""}});
    span.rename(fmt::format("message {}", name));
    span.note("platen.request_id", request_id);
    span.note("platen.job_id", about);
    span.end();
  }

 private:
  void act(const Services& services, const codec::SubmitCommand& command) {
    name = "submit";
    if (const auto allowed = check_scope(Scope::submit, visitor); !allowed) return refuse(allowed.error());
    if (!has_room) return refuse(no_room());
    const SubmitRequest wanted{command.body, no_upload, command.idempotency_key, request_id, visitor};
    const auto job = decode_submission(services, wanted).and_then([&](Submission submission) {
      OpenSpan submitting = begin_submit_span(services, span.context());
      submission.trace = submitting.context();
      auto submitted = services.submitter.submit(submission);
      end_submit_span(submitting, submitted);
      return submitted;
    });
    show(services, job);
    if (job) about = job->id.text;
    if (job) watch = codec::WatchCommand{job->id, 0};
  }
  void act(const Services& services, const codec::WatchCommand& command) {
    name = "watch";
    about = command.job.text;
    if (const auto allowed = check_scope(Scope::read, visitor); !allowed) return refuse(allowed.error());
    const auto job = services.reader.find(visitor.tenant(), command.job);
    show(services, job);
    if (job) watch = command;
  }
  void act(const Services&, const codec::UnwatchCommand& command) {
    name = "unwatch";
    about = command.job.text;
    unwatch = command.job;
    answer_name = "unwatched";
    answer = fmt::format("\"{}\"", command.job.text);
  }
  void act(const Services& services, const codec::CancelCommand& command) {
    name = "cancel";
    about = command.job.text;
    if (const auto allowed = check_scope(Scope::submit, visitor); !allowed) return refuse(allowed.error());
    show(services, services.control.cancel(visitor.tenant(), command.job));
  }
};

Conversation::Conversation(const Services& services, Errands& errands, relay::Channel& channel, std::string request_id,
                           TraceContext trace, Visitor visitor)
    : services_(services),
      errands_(errands),
      channel_(channel),
      request_id_(std::move(request_id)),
      trace_(std::move(trace)),
      visitor_(std::move(visitor)),
      self_(std::make_shared<Conversation*>(this)) {}

bool Conversation::take(std::string& message) {
  auto turn = std::make_shared<Turn>();
  turn->message = std::move(message);
  turn->request_id = fmt::format("{}.{}", request_id_, turns_ + 1);
  if (services_.still_knows(visitor_))
    turn->visitor = visitor_;
  else
    turn->visitor = {Proof::wrong, nullptr, {}};
  turn->has_room = channel_.has_room();
  const auto work = [turn, &services = services_, trace = trace_] {
    const auto begun = std::chrono::steady_clock::now();
    turn->span = OpenSpan(services.tracer, trace, "message", SpanKind::server);
    turn->act(services);
    turn->tell(std::chrono::steady_clock::now() - begun);
  };
  const auto done = [turn, self = std::weak_ptr<Conversation*>(self_)] {
    if (const auto conversation = self.lock()) (*conversation)->conclude(*turn);
  };
  if (!errands_.run({work, done})) {
    message = std::move(turn->message);
    return false;
  }
  ++turns_;
  return true;
}

void Conversation::conclude(Turn& turn) {
  if (turn.answer_name.empty()) turn.refuse({Errc::internal, "A message was not acted on to its end.", {}});
  if (turn.unwatch) channel_.unwatch(*turn.unwatch);
  if (turn.watch && turn.name == "watch") check_watch(turn);
  channel_.say(codec::encode_answer(turn.ref, turn.answer_name, turn.answer));
  if (turn.watch) channel_.watch(turn.watch->job, turn.watch->after);
  channel_.done();
}

void Conversation::check_watch(Turn& turn) const {
  if (channel_.watches(turn.watch->job))
    turn.refuse({Errc::conflict, "This connection watches the job already: 'unwatch' it first.", {}});
  else if (!channel_.has_room())
    turn.refuse(no_room());
  else
    return;
  turn.watch.reset();
}

// --- The route -----------------------------------------------------------------------------------------

void converse(const Services& services, const Request& request, Reply& reply) {
  if (!asks_for_websocket(request)) {
    reply.header("Upgrade", "websocket");
    return reply.refuse({426, Errc::invalid_request, "This path is for WebSockets (RFC 6455)."});
  }
  if (!shake_hands(request, services.public_url, reply)) return;
  reply.upgrade([&services, fields = head_fields(reply), id = reply.request_id(), trace = reply.trace(),
                 visitor = reply.visitor()](Detached connection) {
    const auto make = [&](relay::Channel& channel) {
      return std::make_unique<Conversation>(services, *connection.errands, channel, id, trace, visitor);
    };
    services.hub.adopt(connected(connection), {make, fields, std::move(connection.input)});
  });
}

}  // namespace platen::http
