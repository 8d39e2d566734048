// The end of ended jobs: for the janitor when their time is over, for an owner before.
#pragma once

#include <vector>

#include "platen/error.hpp"
#include "platen/ids.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

enum class Fate { forgotten, none, conflict };

struct Forgotten {
  std::vector<Fate> fates;               ///< of each job that was asked for: `conflict` of one that has not ended
  std::vector<UploadId> unused_uploads;  ///< that the forgotten ones used and no other job does
};

/// Passes for every tenant.
inline const Tenant any_tenant{};

/// Drops all keys of the ended ones of these jobs, at most 100. Another tenant's are not there.
[[nodiscard]] Result<Forgotten> forget(const Shard& shard, const std::vector<JobId>& ids, const Tenant& tenant);

}  // namespace platen::queue
