// Traces of a whole Platen: from a caller through the queue and the worker to a webhook, and what hurts nobody.
#include <algorithm>
#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/collector.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string caller_id = "00f067aa0ba902b7";
const std::string caller = "traceparent: 00-" + trace_id + "-" + caller_id + "-01";

InstallationOptions traced_to(const std::string& endpoint, const std::string& ratio = "1") {
  const std::vector<std::string> both{"--otlp-endpoint", endpoint, "--otlp-sample-ratio", ratio};
  InstallationOptions options{.front_arguments = both, .worker_arguments = both};
  options.front_arguments.insert(options.front_arguments.end(), {"--webhook-allow-private", "127.0.0.0/8"});
  return options;
}

/// A small report, made to its end; the job as JSON.
std::string make_report(const Installation& platen, const std::string& callback, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{
      "-H",
      "Prefer: wait=25",
      "-H",
      "Content-Type: application/json",
      "-d",
      R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},"options":{"callback":")" + callback + R"("}})",
      platen.url() + "/v1/jobs"};
  arguments.insert(arguments.begin(), more.begin(), more.end());
  const std::string job = curl(std::move(arguments));
  INFO(job << platen.logs());
  REQUIRE(text_field(job, "status") == "succeeded");
  return job;
}

SeenMessage message_to(WebhookTarget& target, const std::string& path) {
  eventually([&] { return !target.seen(path).empty(); });
  return target.seen(path).front();
}

SeenSpan the_span(Collector& collector, const std::string& trace, const std::string& name) {
  eventually([&] { return !collector.spans(trace, name).empty(); });
  const auto spans = collector.spans(trace, name);
  CHECK(spans.size() == 1);
  return spans.front();
}

bool has_line(const std::string& logs, const std::vector<std::string>& parts) {
  for (std::size_t at = 0; at < logs.size();) {
    const std::size_t end = std::min(logs.find('\n', at), logs.size());
    const std::string line = logs.substr(at, end - at);
    at = end + 1;
    bool has_all = true;
    for (const std::string& part : parts) has_all = has_all && line.find(part) != std::string::npos;
    if (has_all) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a trace goes from its caller through the request, the queue and the worker's stages to the webhook",
          "[e2e]") {
  Collector collector;
  WebhookTarget target;
  Installation platen(traced_to(collector.endpoint()));
  const std::string job = make_report(platen, target.url("/ok"),
                                      {"-H", caller, "-H", "tracestate: a=1,b=2", "-H", "X-Request-Id: night-7"});
  const std::string id = text_field(job, "id");
  const SeenMessage message = message_to(target, "/ok");

  const SeenSpan request = the_span(collector, trace_id, "POST /v1/jobs");
  CHECK(request.service == "platend");
  CHECK(request.parent == caller_id);
  CHECK(request.kind == 2);
  CHECK_FALSE(request.is_failure);
  CHECK(request.attributes.at("http.response.status_code") == "201");
  CHECK(request.attributes.at("http.route") == "/v1/jobs");
  CHECK(request.attributes.at("platen.job_id") == id);
  CHECK(request.attributes.at("platen.request_id") == "night-7");
  const SeenSpan submit = the_span(collector, trace_id, "job submit");
  CHECK(submit.parent == request.id);
  CHECK(submit.kind == 4);
  const SeenSpan wait = the_span(collector, trace_id, "job wait");
  CHECK(wait.parent == submit.id);
  CHECK(wait.service == "platen-worker");
  const SeenSpan run = the_span(collector, trace_id, "job run");
  CHECK(run.parent == submit.id);
  CHECK(run.kind == 5);
  CHECK(run.attributes.at("platen.job_id") == id);
  CHECK(run.attributes.at("platen.rows") == "1");
  for (const char* stage : {"claim", "open", "scan", "store", "complete"}) {
    INFO(stage);
    CHECK(the_span(collector, trace_id, stage).parent == run.id);
  }
  const SeenSpan webhook = the_span(collector, trace_id, "webhook");
  CHECK(webhook.parent == submit.id);
  CHECK(webhook.kind == 3);
  CHECK(webhook.attributes.at("http.response.status_code") == "200");

  CHECK(message.headers.at("traceparent") == "00-" + trace_id + "-" + webhook.id + "-01");
  CHECK(message.headers.at("tracestate") == "a=1,b=2");
  CHECK(message.headers.at("x-request-id") == "night-7");
  CHECK(text_field(message.body, "request_id") == "night-7");
  const std::vector<std::string> marks{"request_id=night-7", "trace_id=" + trace_id, "job_id=" + id};
  const auto with = [&](const std::string& what) {
    std::vector<std::string> parts = marks;
    parts.push_back(what);
    return parts;
  };
  const std::string logs = eventually([&]() -> std::optional<std::string> {
    std::string all = platen.logs();
    if (!has_line(all, with("webhook delivered")) || !has_line(all, with("platen-worker info succeeded")))
      return std::nullopt;
    return all;
  });
  CHECK(has_line(logs, with("platend info request method=POST path=/v1/jobs status=201 route=/v1/jobs")));
  CHECK(has_line(logs, with("platen-worker info claimed")));
}

TEST_CASE("a traceparent that is malformed, or comes twice, is ignored, and a new trace begun", "[e2e]") {
  Collector collector;
  WebhookTarget target;
  Installation platen(traced_to(collector.endpoint()));
  const bool is_twice = GENERATE(false, true);
  if (is_twice)
    (void)make_report(platen, target.url("/ok"), {"-H", caller, "-H", caller, "-H", "tracestate: a=1"});
  else
    (void)make_report(platen, target.url("/ok"), {"-H", caller + "0", "-H", "tracestate: a=1"});
  (void)message_to(target, "/ok");
  eventually([&] {
    const auto spans = collector.spans();
    return std::any_of(spans.begin(), spans.end(), [](const SeenSpan& span) { return span.name == "webhook"; });
  });
  const auto spans = collector.spans();
  for (const SeenSpan& span : spans) CHECK(span.trace != trace_id);
  CHECK(spans.front().trace.size() == 32);
  CHECK(target.seen().front().headers.count("tracestate") == 0);
  const auto request =
      std::find_if(spans.begin(), spans.end(), [](const SeenSpan& span) { return span.name == "POST /v1/jobs"; });
  REQUIRE(request != spans.end());
  CHECK(request->parent.empty());
}

TEST_CASE("what its caller does not sample is passed on, and not recorded", "[e2e]") {
  Collector collector;
  WebhookTarget target;
  Installation platen(traced_to(collector.endpoint()));
  (void)make_report(platen, target.url("/ok"), {"-H", caller.substr(0, caller.size() - 1) + "0"});
  const std::string passed_on = message_to(target, "/ok").headers.at("traceparent");
  CHECK(passed_on.substr(3, 32) == trace_id);
  CHECK(passed_on.substr(36, 16) != caller_id);
  CHECK(passed_on.ends_with("-00"));
  CHECK(collector.requests().empty());
}

TEST_CASE("without a collector a caller's trace is passed on as it came, and none is begun", "[e2e]") {
  WebhookTarget target;
  Installation platen({.front_arguments = {"--webhook-allow-private", "127.0.0.0/8"}});
  const std::string job = make_report(platen, target.url("/traced"), {"-H", caller});
  CHECK(message_to(target, "/traced").headers.at("traceparent") == caller.substr(13));
  eventually([&] {
    return has_line(platen.logs(), {"succeeded", "job_id=" + text_field(job, "id"), "trace_id=" + trace_id});
  });
  (void)make_report(platen, target.url("/untraced"));
  CHECK(message_to(target, "/untraced").headers.count("traceparent") == 0);
  CHECK(message_to(target, "/untraced").headers.count("x-request-id") == 1);
}

TEST_CASE("a collector that is away, hangs or fails slows nobody, and keeps nobody from the end", "[e2e]") {
  Collector collector;
  WebhookTarget target;
  const std::string how = GENERATE(as<std::string>{}, "away", "/hang", "/status-500");
  INFO(how);
  Installation platen(traced_to(how == "away" ? "http://127.0.0.1:1" : collector.endpoint(how)));
  for (int i = 0; i < 5; ++i) (void)make_report(platen, target.url("/ok"));
  if (how == "/status-500")
    eventually([&] {
      const std::string page = curl({platen.url() + "/metrics"});
      const std::size_t at = page.find("platen_trace_spans_dropped_total{reason=\"failed\"} ");
      return at != std::string::npos && page.substr(page.find("} ", at) + 2, 2) != "0\n";
    });
  platen.front().signal(SIGTERM);
  platen.worker().signal(SIGTERM);
  const auto front_end = platen.front().wait(patience);
  const auto worker = platen.worker().wait(patience);
  CHECK(front_end == 0);
  CHECK(worker == 0);
  CHECK(has_line(platen.logs(), {"platend info stopped"}));
}

TEST_CASE("at their end the programs send what they have recorded", "[e2e]") {
  Collector collector;
  WebhookTarget target;
  Installation platen(traced_to(collector.endpoint()));
  (void)make_report(platen, target.url("/ok"), {"-H", caller});
  platen.front().signal(SIGTERM);
  platen.worker().signal(SIGTERM);
  REQUIRE(platen.front().wait(patience) == 0);
  REQUIRE(platen.worker().wait(patience) == 0);
  CHECK(collector.spans(trace_id, "POST /v1/jobs").size() == 1);
  CHECK(collector.spans(trace_id, "job run").size() == 1);
  CHECK(collector.spans(trace_id, "complete").size() == 1);
}

TEST_CASE("no link's signature and no webhook's path or query stands in a trace or in a log", "[e2e]") {
  Collector collector;
  WebhookTarget target;
  Installation platen(traced_to(collector.endpoint()));
  const std::string job = make_report(platen, target.url("/ok/hook-secret?token=query-secret"), {"-H", caller});
  const std::string link = text_field(job, "url");
  const std::string signature = link.substr(link.find("sig=") + 4, 43);
  (void)curl({"-o", "/dev/null", "-H", caller, platen.url() + link});
  (void)curl({"-o", "/dev/null", "-H", caller, platen.url() + "/v1/jobs?status=asked-secret"});
  (void)the_span(collector, trace_id, "webhook");
  CHECK(the_span(collector, trace_id, "GET /d/{id}").attributes.at("platen.job_id") == text_field(job, "id"));
  CHECK(the_span(collector, trace_id, "GET /v1/jobs").attributes.at("http.response.status_code") == "400");
  std::string told = platen.logs();
  for (const SeenMessage& request : collector.requests()) told += request.body;
  for (const std::string& secret :
       {signature, std::string("hook-secret"), std::string("query-secret"), std::string("asked-secret")}) {
    INFO(secret);
    CHECK(told.find(secret) == std::string::npos);
  }
}
