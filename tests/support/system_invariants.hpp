// What must hold of a whole Platen: its keys, its files, and what it has promised to whom.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/support/redis_texts.hpp"

namespace platen::test {

/// What the outside knows.
struct Promises {
  std::set<std::string> acknowledged;  ///< jobs that were answered with 202, and not removed since
  std::set<std::string> deleting;      ///< jobs whose removal began: their files may be gone before they are
};

/// broken_invariants of each shard and broken_across all, and tells besides, one sentence for each, what does not hold
/// of
/// - promises: every acknowledged job is there;
/// - groups, by the times of their jobs' events: one member at a time from its first start to its end, first starts
///   in the order of birth (of those that were neither delayed nor run again);
/// - files in `data_dir`: each succeeded job has its artifact, of the size and SHA-256 that it names; every other
///   artifact is of an attempt that a job has had; each upload that a job uses is there, in its size; nothing else lies
///   about, no draft and no half of an unfinished upload.
/// Nothing may be under way meanwhile. Throws std::runtime_error when Redis does not answer.
[[nodiscard]] std::vector<std::string> broken_in_system(const ShardCallers& shards, const std::string& data_dir,
                                                        const Promises& promises);

/// What is left of jobs and files once all that ended is removed: keys but those that stay by design (counters, the
/// outbox, keys of repeated requests, webhooks and their log), and files. Empty when everything is gone.
[[nodiscard]] std::vector<std::string> left_behind(const ShardCallers& shards, const std::string& data_dir);

}  // namespace platen::test
