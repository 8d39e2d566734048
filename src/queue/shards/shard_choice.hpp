// Which of a queue's shards keeps a job.
#pragma once

#include <cstddef>
#include <cstdint>

#include "platen/job.hpp"

namespace platen::queue {

/// The bucket of a key among so many, so that one bucket more moves as few keys as can be: "A Fast, Minimal Memory,
/// Consistent Hash Algorithm", Lamping and Veach, 2014.
[[nodiscard]] std::size_t jump_hash(std::uint64_t key, std::size_t buckets);

/// Of so many shards: that of its group, so that the group's members meet; else that of its idempotency key, or of its
/// content where it is to be the only one with it, so that a repeat meets the first; else any.
[[nodiscard]] std::size_t shard_for(const Submission& submission, std::size_t shards);

}  // namespace platen::queue
