#include "queue/durability.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "queue/scripts.hpp"

namespace platen::queue {

namespace {

// Less than a call over the shared connection may take.
constexpr std::string_view sync_within_ms = "2000";

Result<std::string> setting(redis::Caller& redis, std::string_view name) {
  const std::string_view command[] = {"CONFIG", "GET", name};
  const auto reply = redis.call(command);
  if (!reply) return fail(reply.error());
  const redis::Value answer(*reply);
  if (answer.is_error() || answer.size() != 2)
    return fail(Errc::invalid_request,
                "durability: strict has to ask Redis for its settings, and may not: allow this user CONFIG GET");
  return std::string(answer[1].text());
}

/// Whether the server has a command of this name.
Result<bool> knows(redis::Caller& redis, std::string_view name) {
  const std::string_view command[] = {"COMMAND", "INFO", name};
  const auto reply = redis.call(command);
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).is_error()) return fail(error_of(*reply));
  return !redis::Value(*reply)[0].is_nil();
}

}  // namespace

Result<std::optional<redis::BatchGate>> strict_gate(redis::Caller& redis, Copies copies) {
  const auto appendonly = setting(redis, "appendonly");
  if (!appendonly) return fail(appendonly.error());
  if (*appendonly != "yes")
    return fail(
        Errc::invalid_request,
        "durability: strict needs an append-only file: set 'appendonly yes' in redis.conf, or durability to fast");
  const auto appendfsync = setting(redis, "appendfsync");
  if (!appendfsync) return fail(appendfsync.error());
  if (copies == Copies::on_disk_and_replica) {
    if (*appendfsync != "always")
      return fail(
          Errc::invalid_request,
          fmt::format("durability: strict with sentinels needs 'appendfsync always' in redis.conf (now '{}') of "
                      "the primary and its replicas; or set durability to fast",
                      *appendfsync));
    return redis::BatchGate{{"WAIT", "1", std::string(sync_within_ms)},
                            [](const redis::Value& answer) { return answer.integer() >= 1; }};
  }
  if (*appendfsync == "always") return std::nullopt;
  const auto can_wait = knows(redis, "WAITAOF");
  if (!can_wait) return fail(can_wait.error());
  if (!*can_wait)
    return fail(Errc::invalid_request,
                fmt::format("durability: strict needs 'appendfsync always' in redis.conf (now '{}'), or Redis 7.2 or "
                            "later; or set durability to fast",
                            *appendfsync));
  static constexpr std::string_view wait_for_nothing[] = {"WAITAOF", "0", "0", "1"};
  const auto may_wait = redis.call(wait_for_nothing);
  if (!may_wait) return fail(may_wait.error());
  if (redis::has_error_code(redis::Value(*may_wait), "NOPERM"))
    return fail(Errc::invalid_request,
                "durability: strict waits for Redis's disk with WAITAOF, and this user may not: give it +waitaof, as "
                "deploy/redis-users.conf says, or set durability to fast");
  return redis::BatchGate{{"WAITAOF", "1", "0", std::string(sync_within_ms)},
                          [](const redis::Value& answer) { return answer[0].integer() >= 1; }};
}

}  // namespace platen::queue
