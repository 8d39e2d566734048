#include <ctime>
#include <utility>

#include "http/answer.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

/// What no Platen sent counts as nothing seen: a refusal would stop an EventSource for good.
Seq last_event_seen(const Request& request) {
  const std::string text = request.has_header("Last-Event-ID") ? request.get_header_value("Last-Event-ID")
                                                               : request.get_param_value("last_event_id");
  return parse_number(text).value_or(0);
}

}  // namespace

void stream_job(const Services& services, Reply& reply, const JobId& job, Seq after) {
  relay::StreamRequest request{job, after, "Date: " + http_date(std::time(nullptr)) + "\r\n" + reply.header_lines()};
  reply.stream([&hub = services.hub, request = std::move(request)](Detached connection) {
    hub.adopt(std::move(connection.socket), request);
  });
}

void stream_events(const Services& services, const Request& request, Reply& reply) {
  const Seq after = last_event_seen(request);
  const auto id = job_id_in(request);
  if (!id) return reply.problem(id.error());
  const auto job = services.reader.find(default_tenant(), *id);
  // The relay outwaits a Redis that is away; whether there is such a job shows when it is back.
  if (!job && job.error().code == Errc::unavailable) return stream_job(services, reply, *id, after);
  if (!job) return reply.problem(job.error());
  // Equal, not at least: who has seen more than there is has seen what a rollback undid.
  if (has_ended(job->state) && after == job->seq) return reply.empty(204);
  stream_job(services, reply, *id, after);
}

}  // namespace platen::http
