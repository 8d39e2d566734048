// From one shard's outbox to another's.
#pragma once

#include <cstdint>

#include "queue/scripts.hpp"

namespace platen::queue {

/// Brings the next events of `from`, at most 100, into the outbox of `to`, where webhooks are, and acknowledges them:
/// how many it looked at. What breaks off in between is brought again ten seconds later, and makes no second delivery
/// while the first is known.
[[nodiscard]] Result<std::uint32_t> forward_outbox(const Shard& from, const Shard& to);

}  // namespace platen::queue
