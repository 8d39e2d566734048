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
      spdlog::warn("webhooks wait code={} reason=\"{}\"", name_of(more.error().code), more.error().detail);
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
  // The lane, not the URL: that may hold a secret.
  const std::string job = delivery.job ? delivery.job->id.text : std::string();
  if (report.next == DeliveryReport::Next::succeeded) {
    spdlog::info("webhook delivered message={} webhook={} job={} target={} attempt={} status={} ms={}",
                 delivery.id.text, delivery.webhook.text, job, delivery.target.lane, delivery.attempt,
                 sent.receipt.status, sent.receipt.duration.count());
  } else {
    const bool is_last = report.next == DeliveryReport::Next::give_up;
    spdlog::warn("webhook {} message={} webhook={} job={} target={} attempt={} status={} ms={} reason=\"{}\"",
                 is_last ? "given up" : "failed", delivery.id.text, delivery.webhook.text, job, delivery.target.lane,
                 delivery.attempt, sent.receipt.status, sent.receipt.duration.count(), complaint_of(sent.receipt));
  }
  if (has_disabled)
    spdlog::warn("webhook disabled webhook={} target={} reason=\"{}\"", delivery.webhook.text, delivery.target.lane,
                 report.disable_reason);
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
  courier_.send(std::move(message), [this, delivery = std::move(delivery), now](net::Receipt receipt) {
    sent_.lock()->push_back({delivery, now, std::move(receipt)});
    sent_.notify_all();
  });
}

}  // namespace platen::jobs
