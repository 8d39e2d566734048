#include "queue/shards/delivery_shards.hpp"

#include <algorithm>

#include "base/log_sparsely.hpp"
#include "queue/outbox.hpp"

namespace platen::queue {

Result<std::uint32_t> DeliveryShards::fan_out() {
  // First: while it is away nothing may be taken from the others, for what is taken and not brought has to wait.
  auto fanned_out = first_.fan_out();
  if (!fanned_out) return fanned_out;
  std::uint32_t most_brought = 0;
  for (std::size_t number = 1; number < shards_.size(); ++number) {
    const auto forwarded = forward_outbox(shards_[number], shards_.front());
    if (forwarded)
      most_brought = std::max(most_brought, *forwarded);
    else
      log_sparsely(spdlog::level::warn, "a shard's webhooks wait", forwarded.error().detail);
  }
  if (most_brought == 0) return fanned_out;
  const auto brought = first_.fan_out();
  if (!brought) return brought;
  return std::max({*fanned_out, *brought, most_brought});
}

}  // namespace platen::queue
