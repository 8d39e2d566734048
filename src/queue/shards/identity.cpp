#include "queue/shards/identity.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "queue/permissions.hpp"
#include "redis/connection.hpp"

namespace platen::queue {

namespace {

// Of no shard: each would write its own.
constexpr std::string_view key = "platen:shard";

}  // namespace

Result<void> check_identity(const Shard& shard) {
  const std::string number = std::to_string(shard.keys.shard());
  // Reading comes first: a Redis without memory takes no more writes, and knows its number.
  const std::string_view read[] = {"GET", key};
  const std::string_view write[] = {"SET", key, number, "NX", "GET"};
  auto reply = shard.redis->call(read);
  if (reply && redis::Value(*reply).is_nil()) reply = shard.redis->call(write);
  if (!reply) return fail(reply.error());
  const redis::Value known(*reply);
  if (redis::has_error_code(known, "OOM")) return {};
  if (known.is_error()) return fail(error_of(known));
  if (known.is_nil() || known.text() == number) return {};
  return fail(Errc::invalid_request,
              fmt::format("redis: URL {} leads to shard {} (counted from 0). Name each shard once, in the order that "
                          "they always had; a new one goes to the end",
                          number, known.text()));
}

Result<void> check_shards(const std::vector<redis::Url>& urls) {
  if (urls.size() > most_shards)
    return fail(Errc::invalid_request,
                fmt::format("redis: {} URLs are too many: at most {}", urls.size(), most_shards));
  for (std::size_t number = 0; number < urls.size(); ++number) {
    redis::Connection connection(urls[number]);
    const Shard shard(connection, number);
    for (const auto check : {check_permissions, check_identity})
      if (auto fits = check(shard); !fits && fits.error().code != Errc::unavailable) return fits;
  }
  return {};
}

}  // namespace platen::queue
