// What must hold between the shards of one queue, beside what holds on each.
#pragma once

#include <string>
#include <vector>

#include "tests/support/redis_texts.hpp"

namespace platen::test {

/// Tells what does not hold, one sentence for each; empty when all is well, and always of one shard alone:
/// - a job's keys, its events in the feed and its endings are on the shard that its id names, and on no other;
/// - a group, an idempotency key and a content are each known to one shard;
/// - what belongs to no job (keys, webhooks, deliveries) is on the first shard;
/// - whatever somebody is to be told of an ending stands in the first shard's outbox too, and nothing of it is pending.
/// Nothing may be under way meanwhile. Throws std::runtime_error when a Redis does not answer.
[[nodiscard]] std::vector<std::string> broken_across(const ShardCallers& shards);

}  // namespace platen::test
