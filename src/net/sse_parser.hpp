// Reading `text/event-stream` (WHATWG HTML, section 9.2.6), however its bytes are cut.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "platen/error.hpp"

namespace platen::net {

struct SseEvent {
  std::string type = "message";
  std::string data;
  std::string id;  ///< the stream's last id when this came
  friend bool operator==(const SseEvent&, const SseEvent&) = default;
};

/// Bytes in, events out. Pure; a value. Threads: one at a time.
class SseParser {
 public:
  /// The most that a line or an event may hold.
  static constexpr std::size_t event_bytes = 4 * 1024 * 1024;
  using OnEvent = std::function<void(const SseEvent&)>;

  /// Takes the next bytes and calls `on_event` for each event that they complete; `too_large` past the limit.
  [[nodiscard]] Result<void> push(std::string_view bytes, const OnEvent& on_event);
  /// Forgets the half of an event that a broken connection left; keeps what outlives it (id, retry).
  void restart();

  /// What to send as `Last-Event-ID`; empty before the first.
  [[nodiscard]] const std::string& last_event_id() const noexcept { return last_id_; }
  /// How long the server asked to wait before coming back.
  [[nodiscard]] std::optional<std::chrono::milliseconds> retry() const noexcept { return retry_; }

 private:
  void end_line(const OnEvent& on_event);
  void take_field(std::string_view name, std::string_view value);
  void dispatch(const OnEvent& on_event);

  std::string line_;
  bool after_cr_ = false;
  bool at_start_ = true;  // where a byte order mark may stand
  std::string type_;
  std::string data_;
  std::string id_buffer_;
  std::string last_id_;
  std::optional<std::chrono::milliseconds> retry_;
};

}  // namespace platen::net
