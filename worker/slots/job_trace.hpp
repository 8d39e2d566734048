// A job's run as spans.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platen/lease.hpp"
#include "platen/trace.hpp"

namespace platen::worker {

/// `job wait` (before the first run of it), `job run`, and in that `claim` and the stages: `open`, `scan`, `render`,
/// `finish`, `store`, `complete`. All of them belong to what submitted the job.
/// Borrows the tracer, which may be null: then nothing is recorded. Threads: one at a time.
class JobTrace {
 public:
  /// `asked_at`: when the queue was asked for the job.
  JobTrace(Tracer* tracer, const Claim& claim, SpanTime asked_at);

  /// The stage before ends, where it is another.
  void enter(std::string_view stage);
  void note(std::string_view name, std::int64_t value) { run_.note(name, value); }
  /// The run comes to nothing, and in this stage.
  void fail(std::string_view why);
  void end();
  /// For the log; empty where the job belongs to no trace.
  [[nodiscard]] const std::string& id() const noexcept { return id_; }

 private:
  Tracer* tracer_;
  OpenSpan run_;
  OpenSpan stage_;
  std::string stage_name_;
  std::string id_;
};

[[nodiscard]] SpanTime span_now();

}  // namespace platen::worker
