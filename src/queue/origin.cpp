#include "queue/origin.hpp"

namespace platen::queue {

namespace {

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size() < text.size() ? word.size() + 1 : text.size());
  return word;
}

}  // namespace

std::string encode_origin(const std::string& request_id, const TraceContext& trace) {
  std::string text = request_id;
  if (!trace.is_set()) return text;
  text.append(" ").append(traceparent_of(trace));
  if (!trace.state.empty()) text.append(" ").append(trace.state);
  return text;
}

Origin decode_origin(std::string_view text) {
  Origin origin{std::string(take_word(text)), {}};
  if (auto trace = parse_traceparent(take_word(text))) {
    origin.trace = *std::move(trace);
    origin.trace.state = text;
  }
  return origin;
}

}  // namespace platen::queue
