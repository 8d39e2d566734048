// What /metrics says of this front end, its machine, and the queue.
#pragma once

#include <optional>
#include <string>

#include "base/guarded.hpp"
#include "http/door.hpp"
#include "metrics/request_metrics.hpp"
#include "platen/observation.hpp"
#include "platen/time.hpp"
#include "relay/hub.hpp"
#include "trace/otlp_exporter.hpp"

namespace platen::app {

/// What the loop's thread knows, copied for others.
struct LoopState {
  bool has_live_events = false;
  http::DoorStats door;
  relay::Stats relay;
};

struct MetricsSources {
  QueueObserver& queue;
  const metrics::RequestMetrics& requests;
  Guarded<LoopState>& loop;
  std::string data_dir;
  std::string version;
  TimePoint started_at;
  std::optional<trace::ExportStats> traces;  ///< where there are any
};

/// In Prometheus's text format. What is of the queue is the same from every front end; it is left out while Redis
/// does not answer, and `platen_queue_up` is 0. Labels: routes, methods, statuses, priorities, and a few words of ours;
/// no client's text. Blocks for as long as a command to Redis takes. Threads: any.
[[nodiscard]] std::string metrics_page(const MetricsSources& sources);

}  // namespace platen::app
