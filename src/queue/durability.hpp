// How sure it is that an acknowledged job outlives a power cut.
#pragma once

#include <optional>

#include "redis/shared_connection.hpp"

namespace platen::queue {

/// Where an acknowledged job has to be.
enum class Copies { on_disk, on_disk_and_replica };

/// What makes a Redis sync each job to its disk before it is acknowledged: nothing where it syncs every write by itself
/// (`appendfsync always`), else a gate after each batch of submits (WAITAOF, of Redis 7.2). With a replica, a gate that
/// waits for one (WAIT) where every write is synced.
/// `invalid_request` when this Redis cannot: it says what to set. `unavailable` when it does not answer.
[[nodiscard]] Result<std::optional<redis::BatchGate>> strict_gate(redis::Caller& redis, Copies copies);

}  // namespace platen::queue
