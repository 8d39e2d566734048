// What each shard offers.
#pragma once

#include <vector>

#include "platen/feed.hpp"
#include "platen/observation.hpp"
#include "platen/queue.hpp"
#include "platen/webhook.hpp"

namespace platen::queue {

/// The ports of one shard, borrowed.
struct ShardPorts {
  JobSubmitter* submitter = nullptr;
  JobReader* reader = nullptr;
  JobControl* control = nullptr;
  JobJanitor* janitor = nullptr;
  FeedJanitor* feed_janitor = nullptr;
  FeedReader* feeds = nullptr;
  QueueObserver* observer = nullptr;
};

/// By the shards' numbers, at least one.
using AllShards = std::vector<ShardPorts>;

/// Those of a job's uploads, which no other job of its own shard uses, that no job of any other shard does. What cannot
/// be known now is left out: an upload that nobody uses is found later as an orphan.
[[nodiscard]] std::vector<UploadId> unused_elsewhere(const AllShards& shards, std::size_t own,
                                                     std::vector<UploadId> uploads);

}  // namespace platen::queue
