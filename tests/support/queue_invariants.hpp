// What must hold of the queue's keys after every call.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "redis/caller.hpp"

namespace platen::test {

/// Reads all of a shard's Redis and tells what does not hold, one sentence for each; empty when all is well:
/// each job is in exactly one state and in exactly the indexes that belong to it; every lease has its job and every
/// job in work its lease; events are dense from 1 and the last one made the present state; an ended job has one entry
/// in the outbox, another none, and one more for each time that it failed and was run again; of a group one member at
/// most is on its way and the others wait behind it; jobs that were never started are counted and may expire; uploads
/// and stored bytes are counted; keys that dedupe lapse; nothing is left of jobs that are gone. Throws
/// std::runtime_error when Redis does not answer.
[[nodiscard]] std::vector<std::string> broken_invariants(redis::Caller& redis, std::size_t shard = 0);

}  // namespace platen::test
