#include "jobs/webhook_dispatcher.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "codec/webhook_json.hpp"
#include "jobs/webhook_signature.hpp"
#include "jobs/webhook_verdict.hpp"

namespace platen::jobs {

namespace {

/// Beyond the timeout: for the report to reach the queue before another takes the delivery.
constexpr std::chrono::milliseconds lease_margin{5'000};
constexpr std::uint32_t whole_batch = 100;

/// A target finds by these what its own log has to do with ours.
void add_origin(const Job& job, const TraceContext& trace, std::vector<std::string>& headers) {
  if (!job.request_id.empty()) headers.push_back("X-Request-Id: " + job.request_id);
  if (trace.is_set()) headers.push_back("traceparent: " + traceparent_of(trace));
  if (!trace.state.empty()) headers.push_back("tracestate: " + trace.state);
}

OpenSpan begin_span(Tracer* tracer, const Delivery& delivery) {
  const TraceContext parent = delivery.job ? delivery.job->trace : TraceContext();
  OpenSpan span(tracer, parent, "webhook", SpanKind::client);
  span.note("http.request.method", "POST");
  span.note("server.address", delivery.target.lane);
  span.note("platen.message_id", delivery.id.text);
  span.note("platen.webhook", delivery.webhook.text);
  span.note("platen.attempt", std::int64_t{delivery.attempt});
  if (delivery.job) span.note("platen.job_id", delivery.job->id.text);
  return span;
}

void end_span(OpenSpan& span, const net::Receipt& receipt) {
  constexpr int first_error = 300;  // a redirect is not followed
  if (receipt.status != 0) span.note("http.response.status_code", std::int64_t{receipt.status});
  if (receipt.status == 0 || receipt.status >= first_error) span.fail(receipt.error);
  span.end();
}

std::string body_of(const Delivery& delivery, const LinkSigner& signer, const std::string& public_url) {
  if (!delivery.job) return codec::encode_test_message(delivery.type, delivery.at, delivery.webhook);
  codec::JobView view{public_url, {}};
  if (delivery.job->state == JobState::succeeded) view.link = signer.sign(delivery.job->tenant, delivery.job->id);
  return codec::encode_message(delivery.type, delivery.at, *delivery.job, view);
}

}  // namespace

WebhookDispatcher::WebhookDispatcher(DeliveryQueue& queue, const LinkSigner& signer, const Clock& clock,
                                     WebhookOptions options)
    : queue_(queue),
      signer_(signer),
      clock_(clock),
      options_(std::move(options)),
      random_(std::random_device{}()),
      courier_(options_.guard) {
  if (options_.schedule.empty()) options_.schedule = webhook_schedule();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void WebhookDispatcher::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto more = round();
    const bool was_failing = std::exchange(is_failing_, !more.has_value());
    if (!more && !was_failing)
      log_line(spdlog::level::warn, "webhooks wait",
               {{"code", name_of(more.error().code)}, {"reason", more.error().detail}});
    if (more && was_failing) spdlog::info("webhooks go on");
    if (more.value_or(false)) continue;
    (void)sent_.wait(
        stop, [&](const auto& sent) { return more && !sent.empty(); }, more ? options_.poll : options_.outage_pause);
  }
}

Result<bool> WebhookDispatcher::round() {
  if (auto reported = report_sent(); !reported) return fail(std::move(reported).error());
  const auto looked_at = queue_.fan_out();
  if (!looked_at) return fail(looked_at.error());
  if (auto taken = take_due(); !taken) return fail(std::move(taken).error());
  return *looked_at == whole_batch;
}

Result<void> WebhookDispatcher::report_sent() {
  std::vector<Sent> fresh;
  fresh.swap(*sent_.lock());
  std::uniform_real_distribution<double> share(0, 1);
  for (Sent& sent : fresh) {
    auto report = judge(sent.delivery, sent.receipt, sent.at, options_.schedule, share(random_));
    reports_.emplace_back(std::move(sent), std::move(report));
  }
  while (!reports_.empty()) {
    const auto& [sent, report] = reports_.back();
    const auto disabled = queue_.report(sent.delivery, report);
    if (!disabled && disabled.error().code == Errc::unavailable) return fail(disabled.error());
    conclude(sent, report, disabled.value_or(false));
    const auto busy = busy_.find(sent.delivery.target.lane);
    if (--busy->second == 0) busy_.erase(busy);
    --under_way_;
    reports_.pop_back();
  }
  return {};
}

void WebhookDispatcher::conclude(const Sent& sent, const DeliveryReport& report, bool has_disabled) const {
  const Delivery& delivery = sent.delivery;
  const bool is_success = report.next == DeliveryReport::Next::succeeded;
  const bool is_last = report.next == DeliveryReport::Next::give_up;
  const Job no_job;
  const Job& job = delivery.job ? *delivery.job : no_job;
  const std::string trace = trace_id_of(job.trace);
  const std::string reason = is_success ? std::string() : complaint_of(sent.receipt);
  // The lane, not the URL: that may hold a secret.
  log_line(is_success ? spdlog::level::info : spdlog::level::warn,
           is_success ? "webhook delivered"
           : is_last  ? "webhook given up"
                      : "webhook failed",
           {{"message_id", delivery.id.text},
            {"webhook", delivery.webhook.text},
            {"job_id", job.id.text},
            {"request_id", job.request_id},
            {"trace_id", trace},
            {"target", delivery.target.lane},
            {"attempt", std::int64_t{delivery.attempt}},
            {"status", std::int64_t{sent.receipt.status}},
            {"ms", std::int64_t{sent.receipt.duration.count()}},
            {"reason", reason}});
  if (has_disabled)
    log_line(spdlog::level::warn, "webhook disabled",
             {{"webhook", delivery.webhook.text}, {"target", delivery.target.lane}, {"reason", report.disable_reason}});
}

Result<void> WebhookDispatcher::take_due() {
  if (under_way_ >= options_.most_under_way) return {};
  auto taken = queue_.take({.free = options_.most_under_way - under_way_,
                            .most_a_lane = options_.most_a_lane,
                            .busy = busy_,
                            .lease = options_.timeout + lease_margin});
  if (!taken) return fail(std::move(taken).error());
  for (Delivery& delivery : *taken) send(std::move(delivery));
  return {};
}

void WebhookDispatcher::send(Delivery delivery) {
  ++busy_[delivery.target.lane];
  ++under_way_;
  const TimePoint now = clock_.now();
  net::Message message{.url = delivery.target.url,
                       .headers = {"Content-Type: application/json", "User-Agent: Platen-Webhooks"},
                       .body = body_of(delivery, signer_, options_.public_url),
                       .timeout = options_.timeout};
  for (std::string& line : webhook_headers(delivery.id, now, message.body, delivery.secrets))
    message.headers.push_back(std::move(line));
  OpenSpan span = begin_span(options_.tracer, delivery);
  add_origin(delivery.job.value_or(Job()), span.context(), message.headers);
  courier_.send(std::move(message), [this, delivery = std::move(delivery), now, span](net::Receipt receipt) mutable {
    end_span(span, receipt);
    sent_.lock()->push_back({delivery, now, std::move(receipt)});
    sent_.notify_all();
  });
}

}  // namespace platen::jobs
