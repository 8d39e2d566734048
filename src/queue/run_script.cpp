#include <fmt/format.h>

#include <memory>

#include "base/log_sparsely.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

namespace {

std::vector<std::string_view> command(std::string_view verb, std::string_view script, const Keys& keys,
                                      const ScriptArguments& arguments) {
  std::vector<std::string_view> words{verb, script, "1", keys.prefix()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

bool is_forgotten(const Result<redis::Reply>& reply) { return reply && redis::has_error_code(*reply, "NOSCRIPT"); }

Result<redis::Reply> checked(Result<redis::Reply> reply) {
  if (reply && redis::Value(*reply).is_error()) return fail(error_of(*reply));
  return reply;
}

}  // namespace

std::vector<std::string_view> by_name(const Script& script, const Keys& keys, const ScriptArguments& arguments) {
  return command("EVALSHA", script.sha1, keys, arguments);
}

std::vector<std::string_view> by_source(const Script& script, const Keys& keys, const ScriptArguments& arguments) {
  return command("EVAL", script.source, keys, arguments);
}

Result<redis::Reply> run(const Shard& shard, const Script& script, const ScriptArguments& arguments) {
  auto reply = shard.redis->call(by_name(script, shard.keys, arguments));
  if (is_forgotten(reply)) reply = shard.redis->call(by_source(script, shard.keys, arguments));
  return checked(std::move(reply));
}

void run_later(const Shard& shard, const Script& script, std::vector<std::string> arguments, redis::Caller::Done done) {
  const auto kept = std::make_shared<const std::vector<std::string>>(std::move(arguments));
  shard.redis->call_later(
      by_name(script, shard.keys, *kept), [shard, &script, kept, done = std::move(done)](Result<redis::Reply> reply) {
        if (!is_forgotten(reply)) return done(checked(std::move(reply)));
        shard.redis->call_later(by_source(script, shard.keys, *kept),
                                [done](Result<redis::Reply> again) { done(checked(std::move(again))); });
      });
}

Error error_of(const redis::Value& reply) {
  log_sparsely(spdlog::level::warn, "redis refused a command", reply.text());
  if (redis::has_error_code(reply, "OOM"))
    return {Errc::busy, "The queue's memory is full; try again when jobs have been worked off."};
  for (const std::string_view code : {"MISCONF", "BUSY", "NOREPLICAS", "NOAUTH", "NOPERM", "CLUSTERDOWN"})
    if (redis::has_error_code(reply, code)) return redis::not_reachable();
  // A script that was refused a command by the user's rules. (The code is ERR before Redis 7.2.)
  if (reply.text().find("ACL failure in script") != std::string_view::npos ||
      reply.text().find("The user executing the script") != std::string_view::npos)
    return redis::not_reachable();
  return {Errc::internal, fmt::format("a command of the queue: {}", reply.text())};
}

}  // namespace platen::queue
