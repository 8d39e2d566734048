// What Redis's rules for users (ACL) must allow.
#pragma once

#include "queue/scripts.hpp"

namespace platen::queue {

/// Whether the user whom `redis` logged in as may do all that Platen does. `invalid_request` names the commands that it
/// may not run; `unavailable` when Redis does not answer.
[[nodiscard]] Result<void> check_permissions(const Shard& shard);

}  // namespace platen::queue
