#include "http/access_log.hpp"

#include <iterator>
#include <utility>

#include "base/log.hpp"

namespace platen::http {

namespace {

constexpr int server_errors = 500;

std::uint64_t bytes_of(const Outcome& outcome) {
  if (const auto* bytes = std::get_if<Bytes>(&outcome)) return bytes->text.size();
  if (const auto* part = std::get_if<FilePart>(&outcome)) return part->head.size() + part->range.length;
  return 0;
}

bool is_probe(const Exchange& exchange) {
  return exchange.path == "/livez" || exchange.path == "/readyz" || exchange.path == "/metrics";
}

/// The target as it came has visible ASCII only; the decoded path may hold what confuses a terminal.
std::string_view path_of(const Exchange& exchange) {
  return std::string_view(exchange.target).substr(0, exchange.target.find('?'));
}

/// Which job it made, or was about.
std::string_view job_of(const Exchange& exchange) {
  if (!exchange.job.empty()) return exchange.job;
  for (const std::string_view folder : {"/v1/jobs/", "/d/"}) {
    if (!exchange.path.starts_with(folder)) continue;
    const std::string_view rest = std::string_view(exchange.path).substr(folder.size());
    const std::string_view id = rest.substr(0, rest.find('/'));
    if (parse_job_id(id)) return id;
  }
  return {};
}

/// What the caller's fields say; of two `traceparent`s none counts.
TraceContext caller_of(const httplib::Headers& headers) {
  const auto [first, last] = headers.equal_range("traceparent");
  if (first == last || std::next(first) != last) return {};
  TraceContext caller = parse_traceparent(first->second).value_or(TraceContext());
  if (!caller.is_set()) return caller;
  const auto [begin, end] = headers.equal_range("tracestate");
  std::string state;
  for (auto field = begin; field != end; ++field) state.append(state.empty() ? "" : ",").append(field->second);
  if (is_tracestate(state)) caller.state = std::move(state);
  return caller;
}

void end_span(Exchange& exchange) {
  OpenSpan& span = exchange.span;
  if (!span.is_recorded()) return;
  span.rename(exchange.route == "none" ? exchange.method : exchange.method + " " + std::string(exchange.route));
  span.note("http.request.method", exchange.method);
  if (exchange.route != "none") span.note("http.route", exchange.route);
  span.note("url.path", path_of(exchange));
  span.note("client.address", exchange.peer);
  if (exchange.status != 0) span.note("http.response.status_code", std::int64_t{exchange.status});
  span.note("platen.request_id", exchange.request_id);
  span.note("platen.job_id", job_of(exchange));
  if (exchange.visitor.caller && exchange.visitor.needs_tickets())
    span.note("platen.tenant", exchange.visitor.caller->tenant.text);
  if (exchange.status == 0) span.fail("the client left");
  if (exchange.status >= server_errors) span.fail({});
  span.end();
}

}  // namespace

void begin_span(Exchange& exchange, Tracer* tracer) {
  exchange.span =
      OpenSpan(is_probe(exchange) ? nullptr : tracer, caller_of(exchange.headers), exchange.method, SpanKind::server);
}

void log_request(Exchange& exchange) {
  const bool is_open =
      std::holds_alternative<Waiting>(exchange.outcome) || std::holds_alternative<Postponed>(exchange.outcome);
  if (is_open) return;  // not answered yet
  const auto level = is_probe(exchange) ? spdlog::level::debug : spdlog::level::info;
  if (spdlog::should_log(level)) {
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - exchange.begun_at;
    const std::string trace = trace_id_of(exchange.span.context());
    // Whose request it was, as far as there are keys.
    const bool is_known = exchange.visitor.needs_tickets() && exchange.visitor.caller;
    const Caller nobody;
    const Caller& caller = is_known ? *exchange.visitor.caller : nobody;
    log_line(level, "request",
             {{"method", exchange.method},
              {"path", path_of(exchange)},
              {"status", std::int64_t{exchange.status}},
              {"route", exchange.route},
              {"ms", took.count()},
              {"bytes_in", static_cast<std::int64_t>(exchange.body_bytes)},
              {"bytes_out", static_cast<std::int64_t>(bytes_of(exchange.outcome))},
              {"request_id", exchange.request_id},
              {"trace_id", trace},
              {"job_id", job_of(exchange)},
              {"tenant", caller.tenant.text},
              {"key", caller.key.text},
              {"remote", exchange.peer}});
  }
  end_span(exchange);
}

}  // namespace platen::http
