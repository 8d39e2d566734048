// What a test reads of a Redis, as texts, and where on which shard it looks.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "redis/caller.hpp"

namespace platen::test {

/// Redis by the number of its shard; borrowed.
using ShardCallers = std::vector<redis::Caller*>;

// The names are written out once more here: checkers that shared them would share their mistakes.

/// What every key of a shard begins with.
[[nodiscard]] std::string prefix_of(std::size_t shard);
/// The shard that a job's id names.
[[nodiscard]] std::size_t shard_named_by(const std::string& job);

/// Each throws std::runtime_error where Redis does not answer, or with an error.

[[nodiscard]] redis::Reply ask(redis::Caller& redis, const std::vector<std::string>& command);
/// An answer that is a list of texts.
[[nodiscard]] std::vector<std::string> texts(redis::Caller& redis, const std::vector<std::string>& command);
/// One that is names and values in turn.
[[nodiscard]] std::map<std::string, std::string> pairs(redis::Caller& redis, const std::vector<std::string>& command);
/// One that is names and integers, or what counts as 0, in turn.
[[nodiscard]] std::map<std::string, long long> numbers(redis::Caller& redis, const std::vector<std::string>& command);

}  // namespace platen::test
