#include "queue/shards/identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "queue/permissions.hpp"
#include "redis/connection.hpp"

namespace platen::queue {

namespace {

/// What every queue has that a front end has looked after once.
std::string mark_of(std::size_t shard) { return Keys(shard).prefix() + "stats"; }

Result<bool> has_any(redis::Caller& redis, const std::vector<std::string>& keys) {
  std::vector<std::string_view> command{"EXISTS"};
  command.insert(command.end(), keys.begin(), keys.end());
  const auto reply = redis.call(command);
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).is_error()) return fail(error_of(*reply));
  return redis::Value(*reply).integer() > 0;
}

}  // namespace

Result<void> check_identity(const Shard& shard) {
  std::vector<std::string> others;
  for (std::size_t number = 0; number < most_shards; ++number)
    if (number != shard.keys.shard()) others.push_back(mark_of(number));
  const auto is_another = has_any(*shard.redis, others);
  if (!is_another) return fail(is_another.error());
  if (!*is_another) return {};
  return fail(
      Errc::invalid_request,
      fmt::format("redis: URL {} (counted from 0) leads to a Redis that was another shard. Name each shard once, "
                  "in the order that they always had; a new one goes to the end",
                  shard.keys.shard()));
}

Result<void> check_shards(const std::vector<redis::Url>& urls) {
  if (urls.size() > most_shards)
    return fail(Errc::invalid_request,
                fmt::format("redis: {} URLs are too many: at most {}", urls.size(), most_shards));
  for (std::size_t number = 0; number < urls.size(); ++number) {
    if (std::count(urls.begin(), urls.end(), urls[number]) > 1)
      return fail(Errc::invalid_request, fmt::format("redis: {} stands there twice", urls[number].without_secrets()));
    redis::Connection connection(urls[number]);
    const Shard shard(connection, number);
    for (const auto check : {check_permissions, check_identity})
      if (auto fits = check(shard); !fits && fits.error().code != Errc::unavailable) return fits;
  }
  return {};
}

}  // namespace platen::queue
