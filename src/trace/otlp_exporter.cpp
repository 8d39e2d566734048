#include "trace/otlp_exporter.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.hpp"
#include "codec/otlp_json.hpp"

namespace platen::trace {

namespace {

constexpr std::chrono::milliseconds first_pause{1'000};

/// The operator names the collector, so it may be anywhere.
net::AddressGuard anywhere() { return net::AddressGuard::allowing("0.0.0.0/0,::/0").value_or(net::AddressGuard()); }

}  // namespace

OtlpExporter::OtlpExporter(ExporterOptions options)
    : options_(std::move(options)), courier_(anywhere()), thread_([this](const std::stop_token& stop) { run(stop); }) {}

OtlpExporter::~OtlpExporter() {
  thread_.request_stop();
  thread_.join();
}

void OtlpExporter::put(Span span) {
  bool is_batch = false;
  {
    auto waiting = waiting_.lock();
    if (waiting->spans.size() >= options_.most_waiting) {
      ++waiting->stats.dropped_full;
      return;
    }
    waiting->spans.push_back(std::move(span));
    is_batch = waiting->spans.size() == options_.most_at_once;
  }
  if (is_batch) waiting_.notify_all();
}

ExportStats OtlpExporter::stats() { return waiting_.lock()->stats; }

void OtlpExporter::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) send(next_batch(stop), stop);
  for (auto batch = next_batch(stop); !batch.empty(); batch = next_batch(stop)) send(batch, stop);
}

std::vector<Span> OtlpExporter::next_batch(const std::stop_token& stop) {
  (void)waiting_.wait(
      stop, [&](const Waiting& waiting) { return waiting.spans.size() >= options_.most_at_once; }, options_.every);
  auto waiting = waiting_.lock();
  const auto count = std::min(waiting->spans.size(), options_.most_at_once);
  const auto end = waiting->spans.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<Span> batch(std::make_move_iterator(waiting->spans.begin()), std::make_move_iterator(end));
  waiting->spans.erase(waiting->spans.begin(), end);
  return batch;
}

std::chrono::milliseconds OtlpExporter::time_left(const std::stop_token& stop) {
  if (!stop.stop_requested()) return options_.timeout;
  const auto now = std::chrono::steady_clock::now();
  if (!ends_at_) ends_at_ = now + options_.flush_within;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*ends_at_ - now);
  return std::clamp(left, std::chrono::milliseconds(0), options_.timeout);
}

void OtlpExporter::send(const std::vector<Span>& batch, const std::stop_token& stop) {
  if (batch.empty()) return;
  const std::string body = codec::encode_spans(options_.resource, batch);
  auto pause = first_pause;
  auto verdict = Verdict::again;
  for (int attempt = 1;; ++attempt) {
    const bool is_last = attempt == options_.most_attempts || stop.stop_requested();
    if (time_left(stop) == std::chrono::milliseconds::zero()) break;
    const net::Receipt receipt = post(body, stop);
    verdict = judge(receipt);
    report(receipt, verdict);
    if (verdict != Verdict::again || is_last) break;
    const auto asked =
        std::max<std::chrono::milliseconds>(pause, receipt.retry_after.value_or(std::chrono::seconds(0)));
    (void)receipt_.wait(
        stop, [](const auto&) { return false; }, std::min(asked, options_.longest_pause));
    pause *= 2;
  }
  auto waiting = waiting_.lock();
  (verdict == Verdict::taken ? waiting->stats.sent : waiting->stats.dropped_failed) += batch.size();
}

net::Receipt OtlpExporter::post(const std::string& body, const std::stop_token& stop) {
  net::Message message{.url = options_.url,
                       .headers = {"Content-Type: application/json", "User-Agent: Platen"},
                       .body = body,
                       .timeout = time_left(stop)};
  message.headers.insert(message.headers.end(), options_.headers.begin(), options_.headers.end());
  receipt_.lock()->reset();
  courier_.send(std::move(message), [this](net::Receipt receipt) {
    *receipt_.lock() = std::move(receipt);
    receipt_.notify_all();
  });
  const auto is_answered = [](const auto& receipt) { return receipt.has_value(); };
  auto answered = receipt_.wait(stop, is_answered);
  // The end has begun meanwhile: what does not come soon never will, and nothing is sent after it.
  if (!answered) answered = receipt_.wait({}, is_answered, time_left(stop));
  return answered ? ***answered : net::Receipt{.error = "There was no answer."};
}

OtlpExporter::Verdict OtlpExporter::judge(const net::Receipt& receipt) {
  if (receipt.status >= 200 && receipt.status < 300) return Verdict::taken;
  const bool is_passing = receipt.status == 0 || receipt.status == 429 || receipt.status == 502 ||
                          receipt.status == 503 || receipt.status == 504;
  return is_passing ? Verdict::again : Verdict::refused;
}

void OtlpExporter::report(const net::Receipt& receipt, Verdict verdict) {
  const bool was_failing = std::exchange(is_failing_, verdict != Verdict::taken);
  if (was_failing && !is_failing_) spdlog::info("traces are taken again");
  if (!was_failing && is_failing_)
    log_line(spdlog::level::warn, "the collector does not take traces",
             {{"status", std::int64_t{receipt.status}}, {"reason", receipt.error}});
}

}  // namespace platen::trace
