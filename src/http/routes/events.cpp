#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "http/answer.hpp"
#include "http/handshake.hpp"
#include "http/later.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::size_t most_jobs_a_stream = 100;
constexpr std::size_t longest_shown_id = 40;

/// What no Platen sent counts as nothing seen: a refusal would stop an EventSource for good.
Seq last_event_seen(const Request& request) { return parse_number(last_event_id(request)).value_or(0); }

/// The texts in `jobs=a,b,c`, each once.
Result<std::vector<std::string>> decode_job_list(const Request& request) {
  const std::string text = request.get_param_value("jobs");
  std::vector<std::string> ids;
  for (std::string_view list = text; !list.empty();) {
    const std::string_view id = next_element(list);
    if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.emplace_back(id);
    if (ids.size() > most_jobs_a_stream)
      return fail(Errc::invalid_request, fmt::format("'jobs' names at most {} jobs.", most_jobs_a_stream));
  }
  if (ids.empty()) return fail(Errc::invalid_request, "'jobs' names the jobs, with commas between them.");
  return ids;
}

/// All of them, or `not_found` with those that are not there.
Result<std::vector<Job>> find_jobs(const Services& services, const Tenant& tenant,
                                   const std::vector<std::string>& ids) {
  std::vector<Job> jobs;
  std::string missing;
  for (const std::string& text : ids) {
    const auto id = parse_job_id(text);
    auto job = id ? services.reader.find(tenant, *id) : Result<Job>(fail(Errc::not_found, ""));
    if (!job && job.error().code != Errc::not_found) return fail(job.error());
    if (job)
      jobs.push_back(*std::move(job));
    else
      missing.append(missing.empty() ? "" : ", ").append(text.substr(0, longest_shown_id));
  }
  if (!missing.empty()) return fail(Errc::not_found, fmt::format("There are no such jobs: {}.", missing));
  return jobs;
}

/// An error would stop an EventSource for good.
void come_back(const Services& services, Reply& reply) {
  reply.stream([&hub = services.hub, fields = head_fields(reply)](Detached connection) {
    hub.refuse(connected(connection), fields);
  });
}

using OpeningPtr = std::shared_ptr<relay::Opening>;

/// The relay outwaits a Redis that is away; whether there is such a job shows when it is back. Whose it is the relay
/// does not ask then, so that must be known: by a ticket, or because all is one tenant's.
bool may_be_there(relay::Finding finding, const Visitor& visitor) {
  const bool is_theirs = visitor.proof == Proof::open || visitor.proof == Proof::ticket;
  return finding != relay::Finding::absent && (finding != relay::Finding::unknown || is_theirs);
}

Error not_there(relay::Finding finding) {
  if (finding == relay::Finding::absent) return {Errc::not_found, "There is no such job."};
  return {Errc::unavailable, "The queue cannot be reached at the moment; try again shortly."};
}

Adopt adopt(const Services& services, relay::StreamRequest request, OpeningPtr opening) {
  return
      [&hub = services.hub, request = std::move(request), opening = std::move(opening)](Detached connection) mutable {
        request.input = std::move(connection.input);
        hub.adopt(connected(connection), request, *opening);
      };
}

void begin_stream(const Services& services, Reply& reply, relay::StreamRequest request, OpeningPtr opening) {
  const relay::Finding finding = opening->finding();
  if (finding == relay::Finding::over) return reply.empty(204);
  if (finding == relay::Finding::absent) return reply.problem(not_there(finding));
  if (finding == relay::Finding::no_room || !may_be_there(finding, reply.visitor())) return come_back(services, reply);
  request.head_fields = head_fields(reply);
  reply.stream(adopt(services, std::move(request), std::move(opening)));
}

/// What 204 tells an EventSource the relay tells a WebSocket: it closes it at once, with 1000.
void begin_websocket(const Services& services, Reply& reply, relay::StreamRequest request, OpeningPtr opening) {
  if (!may_be_there(opening->finding(), reply.visitor())) return reply.problem(not_there(opening->finding()));
  reply.upgrade(adopt(services, std::move(request), std::move(opening)));
}

void look_for(const Services& services, const Tenant& tenant, relay::StreamRequest wanted, const Later& later) {
  const bool is_websocket = wanted.protocol == relay::Protocol::websocket;
  const relay::Form form = is_websocket ? relay::Form::websocket : relay::Form::sse;
  relay::OpeningRequest request{wanted.job, tenant, wanted.after, form};
  auto answer = [&services, wanted = std::move(wanted), later](OpeningPtr opening) mutable {
    later.answer([&](const Request&, Reply& reply) {
      wanted.may_go_on = may_go_on(services, reply.visitor());
      const auto begin = wanted.protocol == relay::Protocol::websocket ? begin_websocket : begin_stream;
      begin(services, reply, std::move(wanted), std::move(opening));
    });
  };
  services.hub.open(request, std::move(answer));
}

}  // namespace

std::string last_event_id(const Request& request) {
  return request.has_header("Last-Event-ID") ? request.get_header_value("Last-Event-ID")
                                             : request.get_param_value("last_event_id");
}

std::string head_fields(const Reply& reply) {
  const std::string lines = reply.header_lines();
  std::string fields;
  fields.reserve(lines.size() + 64);
  return fields.append("Date: ").append(http_date_now()).append("\r\n").append(lines);
}

relay::Connected connected(Detached& connection) { return {std::move(connection.socket), std::move(connection.watch)}; }

relay::MayGoOn may_go_on(const Services& services, const Visitor& visitor) {
  if (visitor.proof == Proof::ticket) return {};
  // One pointer, for which a std::function needs no memory of its own.
  if (visitor.proof == Proof::open) return [&services] { return services.still_knows(Visitor::anyone()); };
  return [&services, visitor] { return services.still_knows(visitor); };
}

void stream_job(const Services& services, Reply& reply, const JobId& job, Seq after) {
  relay::StreamRequest request{
      .job = job, .after = after, .head_fields = head_fields(reply), .may_go_on = may_go_on(services, reply.visitor())};
  reply.stream([&hub = services.hub, request = std::move(request)](Detached connection) {
    hub.adopt(connected(connection), request);
  });
}

void stream_events(const Services& services, const Request& request, Reply& reply) {
  const bool is_websocket = asks_for_websocket(request);
  if (is_websocket && !shake_hands(request, services.public_url, reply)) return;
  const Seq after = last_event_seen(request);
  const auto id = job_id_in(request);
  if (!id) return reply.problem(id.error());
  relay::StreamRequest wanted{*id, after, {}};
  if (is_websocket) {
    wanted.protocol = relay::Protocol::websocket;
    wanted.head_fields = head_fields(reply);  // the handshake's
  }
  reply.later_on_loop([&services, wanted = std::move(wanted), tenant = reply.tenant()](const Later& later) mutable {
    look_for(services, tenant, std::move(wanted), later);
  });
}

void stream_jobs(const Services& services, const Request& request, Reply& reply) {
  if (!request.has_param("jobs")) return show_feed(services, request, reply);
  if (const auto known = check_query(request, {"jobs", "last_event_id"}); !known) return reply.problem(known.error());
  if (last_event_id(request) == relay::end_id) return reply.empty(204);
  auto jobs = decode_job_list(request).and_then(
      [&](const std::vector<std::string>& ids) { return find_jobs(services, reply.tenant(), ids); });
  // Without the queue there is nothing to begin with, and an error would stop an EventSource for good.
  if (!jobs && jobs.error().code == Errc::unavailable) return come_back(services, reply);
  if (!jobs) return reply.problem(jobs.error());
  relay::JobsStreamRequest wanted{*std::move(jobs), head_fields(reply), may_go_on(services, reply.visitor())};
  reply.stream([&hub = services.hub, wanted = std::move(wanted)](Detached connection) {
    hub.adopt(connected(connection), wanted);
  });
}

}  // namespace platen::http
