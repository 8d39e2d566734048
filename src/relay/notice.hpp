// What a feed tells its subscribers, in whichever form each of their clients reads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "platen/ids.hpp"
#include "relay/frame.hpp"

namespace platen::relay {

/// How an event is written for a client.
enum class Form : std::uint8_t {
  sse,             ///< an event of EventSource, with its id where it has one
  sse_without_id,  ///< the same for a stream of many jobs, whose client keeps no id
  websocket,       ///< a text message: `{"job":"job_…","id":7,"event":"progress","data":{…}}`
};

/// One event of a job. It is written in a form when somebody first asks for that, and shared from then on.
/// `event` is a literal. Threads: the hub's loop.
class Notice {
 public:
  Notice(FrameKind kind, JobId job, std::optional<Seq> id, std::string_view event, std::string data)
      : kind_(kind), job_(std::move(job)), id_(id), event_(event), data_(std::move(data)) {}

  [[nodiscard]] FrameKind kind() const noexcept { return kind_; }
  /// Of memory, about: the data, and one form of it.
  [[nodiscard]] std::size_t bytes() const noexcept { return sizeof(Notice) + 2 * data_.size(); }
  [[nodiscard]] const FramePtr& in(Form form) const;

 private:
  [[nodiscard]] std::string write(Form form) const;

  FrameKind kind_;
  JobId job_;
  std::optional<Seq> id_;
  std::string_view event_;
  std::string data_;  ///< JSON
  mutable std::array<FramePtr, 3> frames_;
};

}  // namespace platen::relay
