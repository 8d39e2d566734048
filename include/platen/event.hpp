// What happens to a job, in the order in which it happened.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platen/ids.hpp"

namespace platen {

/// `reset` is the relay's own: "what you saw is no longer so, here is the present".
enum class EventKind {
  queued,
  delayed,
  started,
  progress,
  retrying,
  canceling,
  succeeded,
  failed,
  canceled,
  expired,
  reset
};

[[nodiscard]] std::string_view name_of(EventKind kind) noexcept;
[[nodiscard]] std::optional<EventKind> event_kind_from(std::string_view name) noexcept;
/// True for succeeded, failed, canceled and expired: the stream ends with it.
[[nodiscard]] bool is_terminal(EventKind kind) noexcept;

/// One event, as the queue's scripts wrote it. `data` is the JSON object that goes to clients
/// (`docs/protocol.md`), on one line; that of `succeeded` has its link added at delivery.
struct Event {
  JobId job;
  Seq seq = 0;
  EventKind kind = EventKind::queued;
  std::string data;
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace platen
