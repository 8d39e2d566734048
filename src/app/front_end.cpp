#include "app/front_end.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/systemd.hpp"
#include "queue/durability.hpp"
#include "redis/connection.hpp"

namespace platen::app {

namespace {

/// How often the scheduler looks whether something is due.
constexpr std::chrono::milliseconds scheduler_tick{250};
/// How old the answer of /readyz about live events may be.
constexpr std::chrono::milliseconds look_at_health_every{100};

http::Limits limits_of(const Options& options) {
  http::Limits limits;
  limits.pool_threads = options.handler_threads;
  limits.upload_threads = options.upload_threads;
  limits.upload_bytes = options.upload_limit_bytes;
  return limits;
}

relay::HubOptions hub_options(const Options& options) {
  return {.public_url = options.public_url,
          .heartbeat = options.heartbeat,
          .retry_min = options.stream_retry / 2,
          .retry_max = options.stream_retry * 3 / 2};
}

}  // namespace

Result<Prepared> prepare(const Options& options) {
  Prepared prepared;
  auto redis = redis::Url::parse(options.redis);
  if (!redis) return fail(Errc::invalid_request, "redis: " + redis.error().detail);
  prepared.redis = std::move(*redis);
  if (options.durability == "strict") {
    redis::Connection connection(prepared.redis);
    auto gate = queue::strict_gate(connection);
    if (!gate) return fail(std::move(gate.error()));
    prepared.submit_gate = std::move(*gate);
  }
  auto guard = net::AddressGuard::allowing(options.webhook_allow_private);
  if (!guard) return fail(Errc::invalid_request, "webhook-allow-private: " + guard.error().detail);
  prepared.webhook_guard = std::move(*guard);
  auto keys = http::load_or_create_link_keys(options.signing_key_file);
  if (!keys) return fail(keys.error().code, "signing-key-file: " + keys.error().detail);
  prepared.keys = std::move(*keys);
  prepared.listeners = inherited_listeners();
  prepared.address = "systemd's listener";
  if (prepared.listeners.empty()) {
    const auto address = parse_listen(options.listen);
    if (!address) return fail(address.error());
    auto bound = http::bind_listener(address->host, address->port);
    if (!bound) return fail(bound.error().code, "listen: " + bound.error().detail);
    prepared.address = bound->address;
    prepared.port = bound->port;
    prepared.listeners.push_back(std::move(bound->socket));
  }
  if (options.port_file.empty()) return prepared;
  if (auto written = write_file(options.port_file, fmt::format("{}\n", prepared.port), 0644); !written)
    return fail(written.error().code, "port-file: " + written.error().detail);
  return prepared;
}

FrontEnd::FrontEnd(const Options& options, Prepared prepared)
    : options_(options),
      uploads_(options.data_dir),
      unfinished_(options.data_dir),
      artifacts_(options.data_dir),
      signer_(std::move(prepared.keys), options.link_lifetime, clock_),
      redis_(prepared.redis),
      queue_(redis_),
      submits_(prepared.submit_gate ? std::make_unique<redis::SharedConnection>(
                                          prepared.redis, redis::SharedConnectionOptions{.gate = prepared.submit_gate})
                                    : nullptr),
      submitter_(submits_ ? *submits_ : redis_, options.limits),
      janitor_(redis_),
      webhooks_(redis_),
      deliveries_(redis_),
      feeds_(redis_),
      events_(loop_, prepared.redis),
      hub_(loop_, {events_, events_}, signer_, hub_options(options)),
      services_(services()),
      door_(loop_, std::move(prepared.listeners), http::routes(services_), uploads_, limits_of(options),
            http::CrossOrigin(options.allow_origin)),
      housekeeping_(janitor_, janitor_, {uploads_, unfinished_, artifacts_},
                    {.unfinished_age = options.unfinished_upload_age}),
      scheduler_(housekeeping_, clock_, scheduler_tick),
      dispatcher_(deliveries_, signer_, clock_,
                  {.guard = std::move(prepared.webhook_guard),
                   .public_url = options.public_url,
                   .timeout = options.webhook_timeout}) {}

http::Services FrontEnd::services() {
  return {.submitter = submitter_,
          .reader = queue_,
          .control = queue_,
          .webhooks = webhooks_,
          .webhook_log = webhooks_,
          .feeds = feeds_,
          .uploads = uploads_,
          .unfinished = unfinished_,
          .artifacts = artifacts_,
          .signer = signer_,
          .hub = hub_,
          .has_live_events = [this] { return *has_live_events_.lock(); },
          .upload_limit_bytes = options_.upload_limit_bytes,
          .public_url = options_.public_url};
}

void FrontEnd::run(std::stop_token stop) {
  const std::stop_callback on_stop(stop, [this] { loop_.post([this] { drain(); }); });
  note_live_events();
  keep_watchdog_quiet();
  notify_ready("serving");
  loop_.run(drained_.get_token());
}

void FrontEnd::note_live_events() {
  *has_live_events_.lock() = events_.healthy();
  health_ = loop_.after(look_at_health_every, [this] { note_live_events(); });
}

void FrontEnd::keep_watchdog_quiet() {
  const auto period = watchdog_period();
  if (!period) return;
  notify_alive();
  watchdog_ = loop_.after(*period, [this] { keep_watchdog_quiet(); });
}

void FrontEnd::drain() {
  notify_stopping();
  spdlog::info("draining streams={}", hub_.stats().streams);
  hub_.drain();
  door_.drain(options_.drain_timeout, [this] { drained_.request_stop(); });
}

}  // namespace platen::app
