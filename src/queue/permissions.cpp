#include "queue/permissions.hpp"

#include <fmt/format.h>

#include <string>

namespace platen::queue {

Result<void> check_permissions(const Shard& shard) {
  const auto reply = shard.redis->call(by_source(scripts::permitted, shard.keys, {}));
  if (!reply) return fail(reply.error());
  const redis::Value missing(*reply);
  if (redis::has_error_code(missing, "NOPERM"))  // EVAL, or the keys: Redis's sentence names it
    return fail(Errc::invalid_request, fmt::format("redis: {}", missing.text()));
  if (missing.is_error()) return fail(error_of(missing));
  std::string names;
  for (std::size_t i = 0; i < missing.size(); ++i) names.append(names.empty() ? "" : ", ").append(missing[i].text());
  if (names.empty()) return {};
  return fail(
      Errc::invalid_request,
      fmt::format("redis: the user may not run {} on the keys and channels platen:*; deploy/redis-users.conf has "
                  "all that it needs",
                  names));
}

}  // namespace platen::queue
