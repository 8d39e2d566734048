// The same done on each shard.
#pragma once

#include <cstddef>
#include <optional>

#include "base/log_sparsely.hpp"
#include "platen/error.hpp"

namespace platen::queue {

/// Calls `act` for each of `shards` and hands what it gives to `take`. One that fails is left out; where all do, the
/// first failure is the answer.
template <class Shards, class Act, class Take>
[[nodiscard]] Result<void> each_that_answers(Shards& shards, Act act, Take take) {
  std::optional<Error> failure;
  std::size_t answered = 0;
  for (auto& shard : shards) {
    auto given = act(shard);
    if (given) {
      ++answered;
      take(*std::move(given));
    } else {
      if (shards.size() > 1) log_sparsely(spdlog::level::warn, "a shard is left out", given.error().detail);
      if (!failure) failure = std::move(given.error());
    }
  }
  if (answered == 0 && failure) return fail(*std::move(failure));
  return {};
}

}  // namespace platen::queue
