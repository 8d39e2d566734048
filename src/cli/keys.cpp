#include "cli/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <tuple>

#include "base/api_key.hpp"
#include "base/clock.hpp"
#include "base/setting_value.hpp"
#include "base/settings.hpp"
#include "codec/client_json.hpp"
#include "codec/key_json.hpp"
#include "queue/key_registry.hpp"
#include "redis/connection.hpp"

namespace platen::cli {

namespace {

constexpr std::uint64_t longest_expiry_seconds = 10ULL * 366 * 24 * 3600;
constexpr std::uint64_t longest_window_seconds = 24 * 3600;
constexpr std::size_t longest_name = 100;

Exit complain(Console& console, const Error& error) {
  console.complain(error);
  return exit_of(error.code);
}

/// Of several the first has the keys.
Result<redis::Url> redis_of(const KeyStoreOptions& options) {
  std::string text = "redis://127.0.0.1:6379/0";
  Settings settings("cli");
  settings.add({.name = "redis", .help = "Redis.", .secret = Secret::url_password}, text);
  SettingSources sources;
  if (!options.redis.empty()) sources.flags["redis"] = options.redis;
  if (!options.config.empty()) sources.config_file = options.config;
  if (auto loaded = settings.load(sources); !loaded) return fail(std::move(loaded.error()));
  auto urls = redis::parse_urls(text);
  if (!urls) return fail(Errc::invalid_request, "redis: " + urls.error().detail);
  return std::move(urls->front());
}

/// Runs `use` with the registry that the options name.
Exit with_registry(Console& console, const KeyStoreOptions& store,
                   const std::function<Result<void>(KeyRegistry&)>& use) {
  const auto url = redis_of(store);
  if (!url) return complain(console, url.error());
  redis::Connection connection(*url);
  queue::RedisKeyRegistry registry(connection);
  auto used = use(registry);
  if (used) return Exit::ok;
  if (used.error().code == Errc::unavailable)
    used.error().detail = fmt::format("cannot reach Redis at {}: {}", url->without_secrets(), used.error().detail);
  return complain(console, used.error());
}

Result<std::chrono::seconds> duration_of(const std::string& text, const std::string& flag, std::uint64_t most) {
  std::chrono::seconds time{0};
  if (auto read = read_value(text, {1, most}, time); !read)
    return fail(Errc::invalid_request, fmt::format("{}: '{}' {}", flag, text, read.error().detail));
  return time;
}

/// `100/1m`: so many in so long.
Result<RateLimit> rate_of(const std::string& text, const std::string& flag) {
  if (text.empty()) return RateLimit{};
  const std::size_t slash = text.find('/');
  const auto refuse = [&] {
    return fail(Errc::invalid_request,
                fmt::format("{}: '{}' is no rate, as in 100/1m: how many in how long", flag, text));
  };
  RateLimit limit;
  if (slash == std::string::npos) return refuse();
  if (!read_value(text.substr(0, slash), {1, std::numeric_limits<std::uint32_t>::max()}, limit.quota)) return refuse();
  if (!read_value(text.substr(slash + 1), {1, longest_window_seconds}, limit.window)) return refuse();
  return limit;
}

Result<ApiKey> decode(const KeyCreateOptions& options) {
  ApiKey key;
  auto tenant = parse_tenant(options.tenant);
  if (!tenant)
    return fail(Errc::invalid_request,
                fmt::format("--tenant: '{}' is not 1 to 63 of a-z, 0-9, '-' and '_' that begin with a letter or digit",
                            options.tenant));
  key.tenant = *std::move(tenant);
  for (const std::string& name : options.scopes) {
    const auto scope = scope_from(name);
    if (!scope) return fail(Errc::invalid_request, fmt::format("--scope: '{}' is none of submit, read, admin", name));
    key.scopes = key.scopes.with(*scope);
  }
  if (options.name.size() > longest_name)
    return fail(Errc::invalid_request, fmt::format("--name: at most {} bytes", longest_name));
  key.name = options.name;
  auto submits = rate_of(options.submit_rate, "--submit-rate");
  if (!submits) return fail(std::move(submits.error()));
  key.submits = *submits;
  auto requests = rate_of(options.request_rate, "--request-rate");
  if (!requests) return fail(std::move(requests.error()));
  key.requests = *requests;
  key.created_at = SystemClock().now();
  if (!options.expires.empty()) {
    const auto time = duration_of(options.expires, "--expires", longest_expiry_seconds);
    if (!time) return fail(time.error());
    key.ends_at = key.created_at + *time;
  }
  return key;
}

/// Gives the key an id and a secret; the text is for its bearer only.
std::string mint(ApiKey& key) {
  NewApiKey minted = new_api_key();
  key.id = std::move(minted.id);
  key.sha256 = std::move(minted.sha256);
  return std::move(minted.text);
}

std::string scopes_text(Scopes scopes) {
  std::string text;
  for (const Scope scope : scopes.listed()) text.append(text.empty() ? "" : ",").append(name_of(scope));
  return text;
}

std::string rate_text(const RateLimit& limit) {
  return limit.is_set() ? fmt::format("{}/{}s", limit.quota, limit.window.count()) : std::string("-");
}

void show_new(Console& console, const ApiKey& key, const std::string& text) {
  if (console.format() == Format::json) return console.result(codec::encode_key(key, text));
  console.note(fmt::format("key {} of the tenant {} ({}). It is shown this once:", key.id.text, key.tenant.text,
                           scopes_text(key.scopes)));
  console.result(text);
}

std::string end_text(const ApiKey& key) {
  if (!key.ends_at) return "never";
  return (*key.ends_at <= SystemClock().now() ? "ended " : "") + rfc3339(*key.ends_at);
}

Result<ApiKey> find(KeyRegistry& registry, const std::string& id) {
  auto list = registry.list();
  if (!list) return fail(std::move(list.error()));
  const auto found =
      std::find_if(list->keys.begin(), list->keys.end(), [&](const ApiKey& key) { return key.id.text == id; });
  if (found == list->keys.end()) return fail(Errc::not_found, fmt::format("there is no key '{}'", id));
  return std::move(*found);
}

}  // namespace

Exit create_key(Console& console, const KeyStoreOptions& store, const KeyCreateOptions& options) {
  auto key = decode(options);
  if (!key) return complain(console, key.error());
  return with_registry(console, store, [&](KeyRegistry& registry) {
    const std::string text = mint(*key);
    return registry.create(*key).map([&] { show_new(console, *key, text); });
  });
}

Exit list_keys(Console& console, const KeyStoreOptions& store, const std::string& tenant) {
  return with_registry(console, store, [&](KeyRegistry& registry) {
    return registry.list().map([&](KeyList list) {
      std::sort(list.keys.begin(), list.keys.end(), [](const ApiKey& left, const ApiKey& right) {
        return std::tie(left.tenant, left.created_at, left.id) < std::tie(right.tenant, right.created_at, right.id);
      });
      for (const ApiKey& key : list.keys) {
        if (!tenant.empty() && key.tenant.text != tenant) continue;
        console.result(console.format() == Format::json
                           ? codec::encode_key(key)
                           : fmt::format("{}  {}  {}  submits {}  requests {}  ends {}  {}", key.id.text,
                                         key.tenant.text, scopes_text(key.scopes), rate_text(key.submits),
                                         rate_text(key.requests), end_text(key), key.name));
      }
    });
  });
}

Exit revoke_key(Console& console, const KeyStoreOptions& store, const std::string& id) {
  return with_registry(console, store, [&](KeyRegistry& registry) {
    return registry.end(KeyId{id}, std::nullopt).map([&] {
      if (console.format() == Format::json) console.result(codec::encode_texts({{"id", id}, {"state", "revoked"}}));
      console.note(fmt::format("key {} is revoked; within two seconds no front end takes it any more", id));
    });
  });
}

Exit rotate_key(Console& console, const KeyStoreOptions& store, const std::string& id, const std::string& overlap) {
  const auto time = overlap == "0" ? Result<std::chrono::seconds>(std::chrono::seconds(0))
                                   : duration_of(overlap, "--overlap", longest_expiry_seconds);
  if (!time) return complain(console, time.error());
  return with_registry(console, store, [&](KeyRegistry& registry) {
    return find(registry, id).and_then([&](ApiKey key) -> Result<void> {
      const auto now = SystemClock().now();
      if (key.ends_at && *key.ends_at <= now)
        return fail(Errc::conflict, fmt::format("the key {} has ended: create a new one", id));
      const KeyId old = key.id;
      // Who had a key for 90 days gets another 90.
      if (key.ends_at) key.ends_at = now + (*key.ends_at - key.created_at);
      key.created_at = now;
      const std::string text = mint(key);
      const auto end = time->count() == 0 ? std::nullopt : std::optional(now + *time);
      return registry.rotate(old, end, key).map([&] {
        console.note(fmt::format("key {} works for {} more", old.text, overlap == "0" ? "no time" : overlap));
        show_new(console, key, text);
      });
    });
  });
}

}  // namespace platen::cli
