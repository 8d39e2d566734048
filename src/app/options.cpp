#include "app/options.hpp"

#include <charconv>

#include "http/auth/origin.hpp"
#include "http/cross_origin.hpp"

namespace platen::app {

namespace {

constexpr std::uint64_t largest_upload_bytes = 1ULL << 46U;  // 64 TiB: what file systems hold, not what we advise

constexpr std::uint64_t most_waiting = 100'000'000;
constexpr std::uint64_t most_stored_bytes = 1ULL << 60U;

}  // namespace

void define(Settings& settings, Options& options) {
  settings.add({.name = "listen",
                .help = "Listen on HOST:PORT; port 0 picks a free one. Unused where systemd passes a listener."},
               options.listen);
  settings.add({.name = "port-file", .help = "Write the port that was taken to this file, once it is open."},
               options.port_file);
  settings.add(
      {.name = "admin-listen",
       .help = "Serve /metrics and the probes on HOST:PORT, and /metrics there only. Nobody is asked for a key "
               "there: keep it inside."},
      options.admin_listen);
  settings.add({.name = "admin-port-file", .help = "Write the port of admin-listen to this file, once it is open."},
               options.admin_port_file);
  settings.add({.name = "redis",
                .help = "Redis: redis://[user:password@]host:port/db, rediss:// (TLS), redis+sentinel:// or "
                        "unix:///path. Several, with "
                        "spaces or commas between, share the jobs; their order must stay.",
                .secret = Secret::url_password},
               options.redis);
  settings.add({.name = "data-dir", .help = "The folder of uploads and finished reports, shared with the workers."},
               options.data_dir);
  s3::define(settings, options.s3);
  settings.add({.name = "signing-key-file",
                .help = "The keys that sign links, made if missing; keep it where workers cannot read."},
               options.signing_key_file);
  settings.add(
      {.name = "public-url", .help = "The base of every link, as clients reach it; without it links are paths."},
      options.public_url);
  settings.add({.name = "allow-origin",
                .help = "Pages of these origins (https://app.example.com) may call from a browser, with credentials."},
               options.allow_origin);
  settings.add(
      {.name = "allow-host",
       .help = "Answer to these names too (reports.example.com), beside localhost, addresses and public-url's."},
      options.allow_host);
  settings.add(
      {.name = "require-keys",
       .help = "Ask for an API key even while there is none. Without this, keys are asked for once there is one."},
      options.require_keys);
  define(settings, options.log);
  trace::define(settings, options.trace);
  settings.add({.name = "handler-threads", .help = "Threads that answer requests.", .least = 1, .most = 256},
               options.handler_threads);
  settings.add({.name = "upload-threads", .help = "Threads that carry uploads to the disk.", .least = 1, .most = 256},
               options.upload_threads);
  settings.add({.name = "upload-limit-bytes",
                .help = "The largest file that is taken.",
                .least = 1,
                .most = largest_upload_bytes},
               options.upload_limit_bytes);
  settings.add({.name = "unfinished-upload-age",
                .help = "How long an upload that broke off can be taken up again.",
                .least = 60,
                .most = 30UL * 24 * 3600},
               options.unfinished_upload_age);
  settings.add({.name = "webhook-allow-private",
                .help = "Networks that webhooks may go to although they are not public: 10.0.0.0/8,fd00::/8."},
               options.webhook_allow_private);
  settings.add({.name = "webhook-timeout", .help = "How long a webhook's target may take.", .least = 1, .most = 60},
               options.webhook_timeout);
  settings.add(
      {.name = "durability",
       .help = "fast: a power cut may cost the last second's jobs; strict: each is on Redis's disk before it is "
               "acknowledged."},
      options.durability);
  settings.add({.name = "tenant-waiting-limit",
                .help = "Jobs of one tenant that may wait for their first start; 0 is no limit.",
                .least = 0,
                .most = most_waiting},
               options.limits.tenant_waiting);
  settings.add({.name = "waiting-limit",
                .help = "The same of all tenants. Each job takes about 2 KB of Redis's memory.",
                .least = 0,
                .most = most_waiting},
               options.limits.waiting);
  settings.add({.name = "tenant-stored-limit-bytes",
                .help = "What the uploads and results of one tenant's jobs may take; 0 is no limit.",
                .least = 0,
                .most = most_stored_bytes},
               options.limits.tenant_stored_bytes);
  settings.add(
      {.name = "stored-limit-bytes", .help = "The same of all tenants.", .least = 0, .most = most_stored_bytes},
      options.limits.stored_bytes);
  settings.add(
      {.name = "link-lifetime", .help = "How long a link to a result works.", .least = 1, .most = 30UL * 24 * 3600},
      options.link_lifetime);
  settings.add({.name = "drain-timeout",
                .help = "How long requests under way may take when the service stops.",
                .least = 1,
                .most = 3600},
               options.drain_timeout);
  settings.add({.name = "heartbeat",
                .help = "After so much silence a stream gets a comment; keep it below what proxies take for dead.",
                .least = 50,
                .most = 3600UL * 1000},
               options.heartbeat);
  settings.add({.name = "stream-retry",
                .help = "How long clients of a broken stream wait before they come back, give or take a half.",
                .least = 10,
                .most = 3600UL * 1000},
               options.stream_retry);
}

Result<ListenAddress> parse_listen(const std::string& text) {
  const auto refuse = [&] {
    return fail(Errc::invalid_request, "listen: '" + text + "' is not HOST:PORT, as in 127.0.0.1:8080");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return refuse();
  ListenAddress address;
  address.host = text.substr(0, colon);
  if (address.host.front() == '[' && address.host.back() == ']')
    address.host = address.host.substr(1, address.host.size() - 2);
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc{} || last != end) return refuse();
  return address;
}

Result<void> check(const Options& options) {
  const auto address = parse_listen(options.listen);
  if (!address) return fail(address.error());
  if (!options.admin_listen.empty() && !parse_listen(options.admin_listen))
    return fail(Errc::invalid_request,
                "admin-listen: '" + options.admin_listen + "' is not HOST:PORT, as in 127.0.0.1:9180");
  if (options.durability != "fast" && options.durability != "strict")
    return fail(Errc::invalid_request, "durability: '" + options.durability + "' is neither fast nor strict");
  if (!options.public_url.empty() && options.public_url.rfind("http://", 0) != 0 &&
      options.public_url.rfind("https://", 0) != 0)
    return fail(Errc::invalid_request,
                "public-url: '" + options.public_url + "' begins with neither https:// nor http://");
  if (options.public_url.ends_with('/'))
    return fail(Errc::invalid_request, "public-url: '" + options.public_url + "' ends with a slash; leave it out");
  for (const std::string& origin : options.allow_origin)
    if (auto named = http::check_origin(origin); !named)
      return fail(Errc::invalid_request, "allow-origin: '" + origin + "' " + named.error().detail);
  for (const std::string& host : options.allow_host)
    if (auto named = http::check_host_name(host); !named)
      return fail(Errc::invalid_request, "allow-host: '" + host + "' " + named.error().detail);
  return {};
}

}  // namespace platen::app
