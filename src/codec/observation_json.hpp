// The queue's state and its workers' reports as JSON, for operators and for storage. Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "platen/observation.hpp"

namespace platen::codec {

/// All but its name and `seen_at`; the form in which the queue keeps it.
[[nodiscard]] std::string encode_worker_report(const WorkerReport& report);
[[nodiscard]] Result<WorkerReport> decode_worker_report(std::string_view json);

/// `{"ready":{"high":{"jobs":3,"oldest_seconds":1.2},…},"delayed":…,"workers":[…]}` (docs/protocol.md).
[[nodiscard]] std::string encode_queue_state(const QueueState& state);

}  // namespace platen::codec
