#include <fmt/format.h>

#include "base/log.hpp"
#include "queue/keys.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

namespace {

std::vector<std::string_view> command(std::string_view verb, std::string_view script, ScriptArguments arguments) {
  std::vector<std::string_view> words{verb, script, "1", keys::prefix};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

}  // namespace

std::vector<std::string_view> by_name(const Script& script, ScriptArguments arguments) {
  return command("EVALSHA", script.sha1, arguments);
}

std::vector<std::string_view> by_source(const Script& script, ScriptArguments arguments) {
  return command("EVAL", script.source, arguments);
}

Result<redis::Reply> run(redis::Caller& redis, const Script& script, ScriptArguments arguments) {
  auto reply = redis.call(by_name(script, arguments));
  if (reply && redis::has_error_code(*reply, "NOSCRIPT")) reply = redis.call(by_source(script, arguments));
  if (reply && redis::Value(*reply).is_error()) return fail(error_of(*reply));
  return reply;
}

Error error_of(const redis::Value& reply) {
  spdlog::warn("redis refused a command reason=\"{}\"", reply.text());
  if (redis::has_error_code(reply, "OOM"))
    return {Errc::busy, "The queue's memory is full; try again when jobs have been worked off."};
  for (const std::string_view code : {"MISCONF", "BUSY", "NOREPLICAS", "NOAUTH", "NOPERM", "CLUSTERDOWN"})
    if (redis::has_error_code(reply, code)) return redis::not_reachable();
  return {Errc::internal, fmt::format("a command of the queue: {}", reply.text())};
}

}  // namespace platen::queue
