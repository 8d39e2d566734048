#include "app/front_end.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/descriptors.hpp"
#include "base/log.hpp"
#include "base/systemd.hpp"
#include "queue/durability.hpp"
#include "queue/shards/identity.hpp"
#include "redis/connection.hpp"

namespace platen::app {

namespace {

/// How often the scheduler looks whether something is due.
constexpr std::chrono::milliseconds scheduler_tick{250};
/// How old what /readyz and /metrics say of the loop may be.
constexpr std::chrono::milliseconds look_at_loop_every{100};

/// How often keys are read: one that is revoked works for twice as long at most.
constexpr std::chrono::milliseconds look_at_keys_every{1'000};

http::GatekeeperOptions gatekeeper_options(const Options& options, bool requires_keys) {
  return {.hosts = http::HostNames(options.allow_host, options.public_url),
          .public_url = options.public_url,
          .requires_keys = requires_keys};
}

/// The keys as they are now; none of it is known when Redis is away, which is no reason not to start.
Result<std::optional<KeyList>> read_keys(const queue::ShardAddress& first) {
  redis::Connection connection(first.url);
  auto keys = queue::RedisKeyRegistry(connection).list();
  if (!keys && keys.error().code == Errc::unavailable) return std::optional<KeyList>();
  if (!keys) return fail(std::move(keys.error()));
  return std::optional<KeyList>(*std::move(keys));
}

/// Where the shards are.
Result<std::vector<queue::ShardAddress>> find_shards(const Options& options) {
  auto urls = redis::parse_urls(options.redis);
  if (!urls) return fail(Errc::invalid_request, "redis: " + urls.error().detail);
  if (auto fits = queue::check_shards(*urls); !fits) return fail(std::move(fits.error()));
  std::vector<queue::ShardAddress> shards;
  for (redis::Url& url : *urls) shards.push_back({std::move(url)});
  if (options.durability == "fast") return shards;
  for (queue::ShardAddress& shard : shards) {
    redis::Connection connection(shard.url);
    auto gate = queue::strict_gate(
        connection, shard.url.sentinels.empty() ? queue::Copies::on_disk : queue::Copies::on_disk_and_replica);
    if (!gate) return fail(std::move(gate.error()));
    shard.submit_gate = *std::move(gate);
  }
  return shards;
}

bool is_local_only(const Prepared& prepared) {
  return std::all_of(prepared.listeners.begin(), prepared.listeners.end(), http::is_local);
}

/// Nobody but this machine may reach what asks nobody who they are.
Result<void> check_exposure(const Prepared& prepared, bool requires_keys) {
  if (is_local_only(prepared)) return {};
  const std::string redis = prepared.shards.front().url.without_secrets();
  if (!prepared.api_keys)
    return fail(Errc::unavailable, prepared.address +
                                       " is not on loopback, and whether there are API keys cannot be "
                                       "asked while Redis (" +
                                       redis + ") does not answer");
  if (requires_keys || !prepared.api_keys->keys.empty()) return {};
  return fail(Errc::invalid_request, "listen: " + prepared.address +
                                         " is not on loopback, and there are no API keys, so that anybody could "
                                         "do anything. Make one first: platen key create --redis " +
                                         redis + " --tenant NAME");
}

http::Limits limits_of(const Options& options) {
  http::Limits limits;
  limits.pool_threads = options.handler_threads;
  limits.upload_threads = options.upload_threads;
  limits.upload_bytes = options.upload_limit_bytes;
  return limits;
}

relay::HubOptions hub_options(const Options& options) {
  const auto spare = static_cast<std::size_t>(limits_of(options).spare_descriptors);
  return {.public_url = options.public_url,
          .heartbeat = options.heartbeat,
          .retry_min = options.stream_retry / 2,
          .retry_max = options.stream_retry * 3 / 2,
          .max_streams = most_streams(raise_descriptor_limit(), spare)};
}

/// The listener for operators is for few.
http::Limits admin_limits() {
  http::Limits limits;
  limits.pool_threads = 1;
  limits.upload_threads = 1;
  limits.connections = 64;
  return limits;
}

Result<http::BoundListener> open_listener(const std::string& setting, const std::string& text) {
  const auto address = parse_listen(text);
  if (!address) return fail(address.error());
  auto bound = http::bind_listener(address->host, address->port);
  if (!bound) return fail(bound.error().code, setting + ": " + bound.error().detail);
  return bound;
}

Result<void> write_port(const std::string& setting, const std::string& file, std::uint16_t port) {
  if (file.empty()) return {};
  if (auto written = write_file(file, fmt::format("{}\n", port), 0644); !written)
    return fail(written.error().code, setting + ": " + written.error().detail);
  return {};
}

/// From systemd where it gives them, which then also sees to who can read them; else from a file of our own.
Result<std::vector<http::LinkKey>> link_keys(const Options& options) {
  constexpr std::size_t most_bytes = 64 * 1024;
  const auto given = credential_file("platend.signing-key");
  auto keys =
      given
          ? read_file(*given, most_bytes).and_then([](const std::string& text) { return http::parse_link_keys(text); })
          : http::load_or_create_link_keys(options.signing_key_file);
  if (keys) return keys;
  return fail(keys.error().code,
              (given ? "credential platend.signing-key: " : "signing-key-file: ") + keys.error().detail);
}

}  // namespace

std::string shown(const std::vector<queue::ShardAddress>& shards) {
  std::vector<redis::Url> urls;
  for (const queue::ShardAddress& shard : shards) urls.push_back(shard.url);
  return redis::without_secrets(urls);
}

Result<Prepared> prepare(const Options& options, std::string_view version) {
  Prepared prepared;
  auto shards = find_shards(options);
  if (!shards) return fail(std::move(shards.error()));
  prepared.shards = *std::move(shards);
  auto tracer = trace::make_tracer(options.trace, "platend", version);
  if (!tracer) return fail(std::move(tracer.error()));
  prepared.tracer = *std::move(tracer);
  auto guard = net::AddressGuard::allowing(options.webhook_allow_private);
  if (!guard) return fail(Errc::invalid_request, "webhook-allow-private: " + guard.error().detail);
  prepared.webhook_guard = std::move(*guard);
  auto bucket = s3::target_of(options.s3);
  if (!bucket) return fail(std::move(bucket.error()));
  prepared.bucket = *std::move(bucket);
  auto keys = link_keys(options);
  if (!keys) return fail(keys.error());
  prepared.keys = std::move(*keys);
  prepared.listeners = inherited_listeners();
  prepared.address = "systemd's listener";
  if (prepared.listeners.empty()) {
    auto bound = open_listener("listen", options.listen);
    if (!bound) return fail(bound.error());
    prepared.address = bound->address;
    prepared.port = bound->port;
    prepared.listeners.push_back(std::move(bound->socket));
  }
  auto api_keys = read_keys(prepared.shards.front());
  if (!api_keys) return fail(std::move(api_keys.error()));
  prepared.api_keys = *std::move(api_keys);
  if (auto fits = check_exposure(prepared, options.require_keys); !fits) return fail(std::move(fits.error()));
  if (!options.admin_listen.empty()) {
    auto bound = open_listener("admin-listen", options.admin_listen);
    if (!bound) return fail(bound.error());
    if (auto written = write_port("admin-port-file", options.admin_port_file, bound->port); !written)
      return fail(written.error());
    prepared.admin_listeners.push_back(std::move(bound->socket));
  }
  if (auto written = write_port("port-file", options.port_file, prepared.port); !written) return fail(written.error());
  return prepared;
}

FrontEnd::FrontEnd(const Options& options, Prepared prepared, std::string version)
    : options_(options),
      version_(std::move(version)),
      started_at_(clock_.now()),
      tracer_(std::move(prepared.tracer)),
      report_origin_(prepared.bucket ? prepared.bucket->public_endpoint.base : ""),
      stores_(options.data_dir, prepared.bucket),
      unfinished_(options.data_dir, stores_.whole_uploads()),
      signer_(prepared.keys, options.link_lifetime, clock_),
      tokens_(std::move(prepared.keys), clock_),
      queue_(loop_, prepared.shards,
             {.limits = options.limits,
              .on_answer = [this](std::chrono::nanoseconds took) { request_metrics_.redis_answered(took); }}),
      hub_(loop_, {queue_.events(), queue_.events()}, signer_, hub_options(options)),
      gatekeeper_(gatekeeper_options(options, options.require_keys || !is_local_only(prepared)), tokens_, clock_),
      key_watch_(loop_, queue_.keys(), gatekeeper_, look_at_keys_every),
      services_(services()),
      door_(loop_, std::move(prepared.listeners), http::routes(services_), stores_.uploads(), limits_of(options),
            http::CrossOrigin(options.allow_origin), {&request_metrics_, &gatekeeper_, tracer_.get()}),
      housekeeping_(queue_.janitor(), queue_.janitor(), {stores_.uploads(), unfinished_, stores_.artifacts()},
                    {.unfinished_age = options.unfinished_upload_age}),
      scheduler_(housekeeping_, clock_, scheduler_tick),
      dispatcher_(queue_.deliveries(), signer_, clock_,
                  {.guard = std::move(prepared.webhook_guard),
                   .public_url = options.public_url,
                   .timeout = options.webhook_timeout,
                   .tracer = tracer_.get()}) {
  if (!prepared.admin_listeners.empty())
    admin_door_.emplace(loop_, std::move(prepared.admin_listeners), http::admin_routes(services_), stores_.uploads(),
                        admin_limits());
  if (prepared.api_keys) gatekeeper_.learn(http::KeyTable(*prepared.api_keys));
  if (gatekeeper_.is_open())
    spdlog::warn("there are no API keys: only loopback is served, and whoever reaches it may do everything");
}

http::Services FrontEnd::services() {
  return {.submitter = queue_.jobs(),
          .reader = queue_.jobs(),
          .control = queue_.jobs(),
          .webhooks = queue_.webhooks(),
          .webhook_log = queue_.webhooks(),
          .feeds = queue_.feeds(),
          .uploads = stores_.uploads(),
          .unfinished = unfinished_,
          .artifacts = stores_.artifacts(),
          .signer = signer_,
          .hub = hub_,
          .has_live_events = [this] { return loop_state_.lock()->has_live_events; },
          .observer = queue_.observer(),
          .metrics = [this] { return metrics_text(); },
          .metrics_apart = !options_.admin_listen.empty(),
          .upload_limit_bytes = options_.upload_limit_bytes,
          .public_url = options_.public_url,
          .report_origin = report_origin_,
          .tokens = &tokens_,
          .still_knows = [this](const http::Visitor& visitor) { return gatekeeper_.still_knows(visitor); },
          .tracer = tracer_.get()};
}

void FrontEnd::run(std::stop_token stop) {
  const std::stop_callback on_stop(stop, [this] { loop_.post([this] { drain(); }); });
  note_loop_state();
  keep_watchdog_quiet();
  notify_ready("serving");
  loop_.run(drained_.get_token());
}

void FrontEnd::note_loop_state() {
  *loop_state_.lock() = {queue_.events().healthy(), door_.stats(), hub_.stats()};
  health_ = loop_.after(look_at_loop_every, [this] { note_loop_state(); });
}

std::string FrontEnd::metrics_text() {
  return metrics_page({.queue = queue_.observer(),
                       .requests = request_metrics_,
                       .loop = loop_state_,
                       .data_dir = options_.data_dir,
                       .version = version_,
                       .started_at = started_at_,
                       .traces = tracer_ ? std::optional(tracer_->stats()) : std::nullopt});
}

void FrontEnd::keep_watchdog_quiet() {
  const auto period = watchdog_period();
  if (!period) return;
  notify_alive();
  watchdog_ = loop_.after(*period, [this] { keep_watchdog_quiet(); });
}

void FrontEnd::drain() {
  notify_stopping();
  log_line(spdlog::level::info, "draining", {{"streams", static_cast<std::int64_t>(hub_.stats().streams)}});
  hub_.drain();
  const auto drained = [this] {
    if (--doors_to_drain_ == 0) drained_.request_stop();
  };
  doors_to_drain_ = admin_door_ ? 2 : 1;
  if (admin_door_) admin_door_->drain(options_.drain_timeout, drained);
  door_.drain(options_.drain_timeout, drained);
}

}  // namespace platen::app
