// Whether each Redis is the shard that it is taken for.
#pragma once

#include <vector>

#include "queue/scripts.hpp"
#include "redis/url.hpp"

namespace platen::queue {

/// A shard is known by its number, which its keys' prefix has: a Redis that has another's keys is not it, and would
/// have none of its jobs. `invalid_request` then; `unavailable` when Redis does not answer.
[[nodiscard]] Result<void> check_identity(const Shard& shard);

/// `invalid_request` for too many shards, for one that is not the one that it is taken for, and for one that does not
/// let us do what we must. One that does not answer is taken at its word.
[[nodiscard]] Result<void> check_shards(const std::vector<redis::Url>& urls);

}  // namespace platen::queue
