#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <initializer_list>
#include <map>

#include "base/clock.hpp"
#include "cli/doctor_checks.hpp"
#include "cli/text.hpp"
#include "queue/observation.hpp"
#include "queue/permissions.hpp"
#include "queue/shards/identity.hpp"
#include "redis/connection.hpp"

namespace platen::cli {

namespace {

constexpr int oldest_major = 7;
constexpr std::chrono::milliseconds tolerable_skew{1'000};
constexpr std::chrono::milliseconds harmful_skew{30'000};  // links and stated times are visibly off
constexpr double full_share = 0.8;
constexpr std::chrono::minutes long_wait{5};

using Facts = std::map<std::string, std::string>;

/// `INFO`: `name:value` lines.
Facts facts_of(std::string_view text) {
  Facts facts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find("\r\n", begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (const std::size_t colon = line.find(':'); colon != std::string_view::npos && !line.starts_with('#'))
      facts[std::string(line.substr(0, colon))] = line.substr(colon + 1);
    begin = end + 2;
  }
  return facts;
}

std::string fact(const Facts& facts, const char* name) {
  const auto found = facts.find(name);
  return found == facts.end() ? std::string() : found->second;
}

std::uint64_t number(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<redis::Reply> ask(redis::Connection& redis, std::initializer_list<std::string_view> command) {
  return redis.call({command.begin(), command.size()});
}

Finding check_version(const Facts& facts) {
  const std::string version = fact(facts, "redis_version");
  if (std::atoi(version.c_str()) < oldest_major)
    return {"redis version", Health::fault, fmt::format("Redis {} is too old", version), "install Redis 7.0 or later"};
  // Valkey tells the Redis that it stands for as well as its own.
  const std::string valkey = fact(facts, "valkey_version");
  return {"redis version", Health::ok, valkey.empty() ? "Redis " + version : "Valkey " + valkey, {}};
}

Finding check_role(const Facts& facts) {
  if (fact(facts, "role") != "slave") return {"redis role", Health::ok, "it takes writes", {}};
  return {"redis role", Health::fault, "it is a replica, which takes no writes", "name its primary in `redis`"};
}

Finding check_persistence(const Facts& facts) {
  const std::string check = "redis persistence";
  if (fact(facts, "aof_enabled") != "1")
    return {
        check, Health::fault, "no append-only file: jobs that were acknowledged are lost when it is restarted",
        "put `appendonly yes` into redis.conf, as deploy/redis.conf has it; now: redis-cli CONFIG SET appendonly yes"};
  if (fact(facts, "aof_last_write_status") != "ok")
    return {check, Health::fault, "the last write to the append-only file failed", "look at Redis's log and its disk"};
  if (fact(facts, "aof_last_bgrewrite_status") != "ok")
    return {check, Health::warning, "the last rewrite of the append-only file failed, which grows meanwhile",
            "look at Redis's log, its memory (vm.overcommit_memory = 1) and its disk"};
  return {check, Health::ok, "append-only file", {}};
}

Findings check_memory(const Facts& facts) {
  Findings findings;
  const std::string policy = fact(facts, "maxmemory_policy");
  if (policy == "noeviction")
    findings.push_back({"redis eviction", Health::ok, "noeviction", {}});
  else
    findings.push_back({"redis eviction", Health::fault, fmt::format("maxmemory-policy is {}: jobs may vanish", policy),
                        "put `maxmemory-policy noeviction` into redis.conf; now: redis-cli CONFIG SET maxmemory-policy "
                        "noeviction"});
  const std::uint64_t used = number(fact(facts, "used_memory"));
  const std::uint64_t most = number(fact(facts, "maxmemory"));
  if (most == 0)
    findings.push_back(
        {"redis memory", Health::warning, fmt::format("{} used, no limit", bytes_text(used)),
         "set `maxmemory` to nine tenths of what the machine has for it: at the limit submits wait, without "
         "one the kernel ends Redis"});
  else if (static_cast<double>(used) > full_share * static_cast<double>(most))
    findings.push_back({"redis memory", Health::warning,
                        fmt::format("{} of {} used", bytes_text(used), bytes_text(most)),
                        "raise `maxmemory`, shorten retention_seconds, or lower waiting-limit"});
  else
    findings.push_back(
        {"redis memory", Health::ok, fmt::format("{} of {} used", bytes_text(used), bytes_text(most)), {}});
  return findings;
}

Finding check_encodings(redis::Connection& redis) {
  const std::string check = "redis encodings";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> wanted{
      {{"stream-node-max-bytes", "512"}, {"hash-max-listpack-value", "2048"}}};
  std::string odd;
  for (const auto& [name, value] : wanted) {
    const auto reply = ask(redis, {"CONFIG", "GET", name});
    if (!reply || !redis::Value(*reply).is_array()) return {check, Health::ok, "not shown to us", {}};
    if (redis::Value(*reply)[1].text() != value) odd += fmt::format("{}{} {}", odd.empty() ? "" : ", ", name, value);
  }
  if (odd.empty()) return {check, Health::ok, "compact", {}};
  return {check, Health::warning, "jobs take about three times the memory that they could",
          fmt::format("include deploy/redis.conf, which says: {}", odd)};
}

Finding check_clock(redis::Connection& redis) {
  const std::string check = "clock";
  const auto before = std::chrono::system_clock::now();
  const auto reply = ask(redis, {"TIME"});
  const auto after = std::chrono::system_clock::now();
  if (!reply || redis::Value(*reply).size() != 2)
    return {check, Health::warning, "Redis does not tell the time", "allow TIME"};
  const redis::Value parts(*reply);
  const std::chrono::microseconds theirs(parts[0].integer() * 1'000'000 + parts[1].integer());
  const auto ours =
      std::chrono::duration_cast<std::chrono::microseconds>((before + (after - before) / 2).time_since_epoch());
  const auto skew = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::abs(theirs - ours));
  if (skew <= tolerable_skew) return {check, Health::ok, fmt::format("{} ms beside Redis's", skew.count()), {}};
  return {check, skew > harmful_skew ? Health::fault : Health::warning,
          fmt::format("{} {} Redis's", duration_text(skew), ours > theirs ? "ahead of" : "behind"),
          "run chrony or systemd-timesyncd on both machines: timedatectl"};
}

Findings check_queue(const queue::Shard& shard) {
  if (const auto permitted = queue::check_permissions(shard); !permitted)
    return {{"scripts", Health::fault, permitted.error().detail, "give the user what deploy/redis-users.conf gives"}};
  if (const auto identity = queue::check_identity(shard); !identity)
    return {{"shard", Health::fault, identity.error().detail, "restore the order of the URLs in `redis`"}};
  queue::RedisQueueObserver observer(shard);
  const auto state = observer.observe(default_tenant());
  if (!state)
    return {{"scripts", Health::fault, "the queue's scripts do not run: " + state.error().detail,
             "look at Redis's log; redis-cli ACL LOG tells what was refused"}};
  Findings findings{{"scripts", Health::ok, "they run", {}}};
  std::uint64_t slots = 0;
  std::string other_versions;
  for (const WorkerReport& worker : state->workers) {
    slots += worker.slots;
    if (worker.version != PLATEN_VERSION) other_versions += fmt::format(" {} ({})", worker.name, worker.version);
  }
  if (state->workers.empty())
    findings.push_back({"workers", Health::fault, "none is alive",
                        "systemctl status platen-worker; it must reach the same Redis and data folder"});
  else
    findings.push_back({"workers", Health::ok, fmt::format("{} alive, {} slots", state->workers.size(), slots), {}});
  if (!other_versions.empty())
    findings.push_back({"worker versions", Health::warning, fmt::format("not {}:{}", PLATEN_VERSION, other_versions),
                        "upgrade and restart them"});
  std::chrono::milliseconds oldest{0};
  std::uint64_t waiting = 0;
  for (const Backlog& backlog : state->ready) {
    oldest = std::max(oldest, backlog.oldest);
    waiting += backlog.jobs;
  }
  if (waiting > 0 && oldest > long_wait)
    findings.push_back({"queue", Health::warning,
                        fmt::format("{} jobs wait, the oldest for {}", count_text(waiting), duration_text(oldest)),
                        "add workers or slots; see docs/operations.md, PlatenQueueOld"});
  else
    findings.push_back({"queue", Health::ok, fmt::format("{} jobs wait", count_text(waiting)), {}});
  if (state->dead_letters > 0)
    findings.push_back({"dead letters", Health::warning,
                        fmt::format("{} jobs failed for good", count_text(state->dead_letters)),
                        "platen list --status failed tells why; then platen redrive --all"});
  return findings;
}

Findings check_shard(const redis::Url& url, std::size_t number) {
  redis::Connection redis(url);
  const auto reply = ask(redis, {"INFO"});
  if (!reply)
    return {{"redis", Health::fault, fmt::format("{}: {}", url.without_secrets(), redis.trouble()),
             "systemctl status redis-server, or set `redis` in platen.toml: address, user and password"}};
  const Facts facts = facts_of(redis::Value(*reply).text());
  Findings findings{{"redis", Health::ok, url.without_secrets(), {}}};
  if (facts.empty()) {
    findings.push_back({"redis settings", Health::warning,
                        fmt::format("it does not show them: {}", redis::Value(*reply).text()), "allow the user INFO"});
  } else {
    findings.push_back(check_version(facts));
    findings.push_back(check_role(facts));
    findings.push_back(check_persistence(facts));
    for (Finding& finding : check_memory(facts)) findings.push_back(std::move(finding));
    findings.push_back(check_encodings(redis));
  }
  findings.push_back(check_clock(redis));
  for (Finding& finding : check_queue(queue::Shard(redis, number))) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace

Findings check_redis(const Installation& installation) {
  const auto urls = redis::parse_urls(installation.redis);
  if (!urls) return {{"redis", Health::fault, "its URL " + urls.error().detail, "write it as redis://host:6379/0"}};
  Findings findings;
  for (std::size_t number = 0; number < urls->size(); ++number)
    for (Finding& finding : check_shard((*urls)[number], number)) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace platen::cli
