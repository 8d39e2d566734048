// A client's side of a stream: frames read back, and what it is owed held against what it gets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/links.hpp"
#include "relay/subscriber.hpp"
#include "tests/support/catch.hpp"

namespace platen::test {

struct ReadFrame {
  std::optional<Seq> id;
  std::string word_id;  ///< where it is no number
  std::string event;    ///< empty for a comment or a bare `retry`
  std::string data;
  std::string retry;
  bool is_comment = false;
};

/// All whole frames of `text`, in order, as the standard's parser would read them (LF only, as we write).
inline std::vector<ReadFrame> read_frames(std::string_view text) {
  std::vector<ReadFrame> frames;
  ReadFrame frame;
  bool has_data = false;
  for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1)) {
    const std::string_view line = text.substr(0, end);
    const auto value = [&](std::string_view name) { return std::string(line.substr(name.size())); };
    if (line.empty()) {
      frames.push_back(std::exchange(frame, {}));
      has_data = false;
    } else if (line.rfind(": ", 0) == 0) {
      frame.is_comment = true;
    } else if (line.rfind("id: ", 0) == 0) {
      if (value("id: ").find_first_not_of("0123456789") == std::string::npos)
        frame.id = std::stoull(value("id: "));
      else
        frame.word_id = value("id: ");
    } else if (line.rfind("event: ", 0) == 0) {
      frame.event = value("event: ");
    } else if (line.rfind("retry: ", 0) == 0) {
      frame.retry = value("retry: ");
    } else if (line.rfind("data: ", 0) == 0) {
      frame.data.append(has_data ? "\n" : "").append(value("data: "));
      has_data = true;
    }
  }
  return frames;
}

/// The names and ids of events, as `queued 1, progress 2`.
inline std::string outline(const std::vector<ReadFrame>& frames) {
  std::string text;
  for (const ReadFrame& frame : frames) {
    if (frame.event.empty()) continue;
    text.append(text.empty() ? "" : ", ").append(frame.event);
    if (frame.id) text.append(" ").append(std::to_string(*frame.id));
    if (!frame.word_id.empty()) text.append(" ").append(frame.word_id);
  }
  return text;
}

/// A subscriber that keeps all it is given.
class Reader final : public relay::Subscriber {
 public:
  void deliver(const relay::Notice& notice) override {
    REQUIRE_FALSE(finished);
    text += notice.in(relay::Form::sse)->bytes;
  }
  void finish() override {
    REQUIRE_FALSE(finished);
    finished = true;
  }
  [[nodiscard]] std::vector<ReadFrame> frames() const { return read_frames(text); }
  [[nodiscard]] std::string seen() const { return outline(frames()); }

  std::string text;
  bool finished = false;
};

/// Links that say whose they are.
class PlainSigner final : public LinkSigner {
 public:
  [[nodiscard]] SignedLink sign(const Tenant& tenant, const JobId& id) const override {
    return {"/d/" + id.text + "?tenant=" + tenant.text, TimePoint{}};
  }
  [[nodiscard]] Result<void> check(const Tenant&, const JobId&, std::string_view, std::string_view,
                                   std::string_view) const override {
    return {};
  }
};

}  // namespace platen::test
