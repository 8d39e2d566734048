// The end of an ended job: for the janitor when its time is over, for its owner before.
#pragma once

#include <vector>

#include "platen/error.hpp"
#include "platen/ids.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

struct Forgotten {
  bool was_there = false;
  std::vector<UploadId> unused_uploads;  ///< that the job used and no other does
};

/// Passes for every tenant.
inline const Tenant any_tenant{};

/// Drops all keys of an ended job; `conflict` for one that has not ended. Another tenant's is not there.
[[nodiscard]] Result<Forgotten> forget(const Shard& shard, const JobId& id, const Tenant& tenant);

}  // namespace platen::queue
