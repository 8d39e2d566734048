#include "queue/shards/janitor_shards.hpp"

#include <algorithm>
#include <iterator>

#include "queue/shards/each_shard.hpp"

namespace platen::queue {

template <class Do>
Result<std::uint32_t> JanitorShards::most_of_each(Do act) {
  std::uint32_t most = 0;
  const auto done = each_that_answers(shards_, act, [&](std::uint32_t count) { most = std::max(most, count); });
  if (!done) return fail(done.error());
  return most;
}

Result<std::uint32_t> JanitorShards::reap() {
  return most_of_each([](const ShardPorts& shard) { return shard.janitor->reap(); });
}

Result<std::uint32_t> JanitorShards::promote() {
  return most_of_each([](const ShardPorts& shard) { return shard.janitor->promote(); });
}

Result<std::uint32_t> JanitorShards::expire() {
  return most_of_each([](const ShardPorts& shard) { return shard.janitor->expire(); });
}

Result<std::uint32_t> JanitorShards::trim_feeds() {
  return most_of_each([](const ShardPorts& shard) { return shard.feed_janitor->trim_feeds(); });
}

Result<std::vector<EndedJob>> JanitorShards::due_for_removal() {
  std::vector<EndedJob> due;
  const auto done = each_that_answers(
      shards_, [](const ShardPorts& shard) { return shard.janitor->due_for_removal(); },
      [&](std::vector<EndedJob> some) { std::move(some.begin(), some.end(), std::back_inserter(due)); });
  if (!done) return fail(done.error());
  return due;
}

Result<std::vector<UploadId>> JanitorShards::forget(const std::vector<JobId>& ids) {
  std::vector<UploadId> all_unused;
  for (std::size_t number = 0; number < shards_.size(); ++number) {
    std::vector<JobId> own;
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(own),
                 [&](const JobId& id) { return shard_of(id) == number; });
    if (own.empty()) continue;
    auto unused = shards_[number].janitor->forget(own);
    if (!unused) return unused;
    const auto unused_by_all = unused_elsewhere(shards_, number, *std::move(unused));
    all_unused.insert(all_unused.end(), unused_by_all.begin(), unused_by_all.end());
  }
  return all_unused;
}

Result<bool> JanitorShards::upload_in_use(const UploadId& id) {
  for (const ShardPorts& shard : shards_) {
    auto in_use = shard.janitor->upload_in_use(id);
    if (!in_use || *in_use) return in_use;
  }
  return false;
}

Result<bool> JanitorShards::exists(const JobId& id) {
  const std::size_t number = shard_of(id);
  return number < shards_.size() ? shards_[number].janitor->exists(id) : Result<bool>(true);
}

}  // namespace platen::queue
