#include "queue/shards/delivery_shards.hpp"

#include <algorithm>

#include "base/log_sparsely.hpp"
#include "queue/outbox.hpp"

namespace platen::queue {

Result<std::uint32_t> DeliveryShards::fan_out() {
  std::uint32_t most = 0;
  for (std::size_t number = 1; number < shards_.size(); ++number) {
    const auto forwarded = forward_outbox(shards_[number], shards_.front());
    if (forwarded)
      most = std::max(most, *forwarded);
    else
      log_sparsely(spdlog::level::warn, "a shard's webhooks wait", forwarded.error().detail);
  }
  auto fanned_out = first_.fan_out();
  if (fanned_out) *fanned_out = std::max(most, *fanned_out);
  return fanned_out;
}

}  // namespace platen::queue
