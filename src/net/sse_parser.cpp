#include "net/sse_parser.hpp"

#include <charconv>

namespace platen::net {

Result<void> SseParser::push(std::string_view bytes, const OnEvent& on_event) {
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
    }
    const std::size_t end = bytes.find_first_of("\r\n");
    line_.append(bytes.substr(0, end));
    if (line_.size() + data_.size() > event_bytes) return fail(Errc::too_large, "an event is larger than it may be");
    if (end == std::string_view::npos) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line(on_event);
  }
  return {};
}

void SseParser::restart() {
  line_.clear();
  type_.clear();
  data_.clear();
  id_buffer_ = last_id_;
  after_cr_ = false;
  at_start_ = true;
}

void SseParser::end_line(const OnEvent& on_event) {
  std::string_view line = line_;
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (at_start_ && line.substr(0, byte_order_mark.size()) == byte_order_mark)
    line.remove_prefix(byte_order_mark.size());
  at_start_ = false;
  if (line.empty()) {
    dispatch(on_event);
  } else if (line.front() != ':') {
    const std::size_t colon = line.find(':');
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
  }
  line_.clear();
}

void SseParser::take_field(std::string_view name, std::string_view value) {
  if (name == "event") {
    type_ = value;
  } else if (name == "data") {
    data_.append(value);
    data_.push_back('\n');
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) id_buffer_ = value;
  } else if (name == "retry") {
    long ms = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), ms);
    const bool only_digits = !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos;
    if (only_digits && error == std::errc() && end == value.data() + value.size())
      retry_ = std::chrono::milliseconds(ms);
  }
}

void SseParser::dispatch(const OnEvent& on_event) {
  last_id_ = id_buffer_;
  if (!data_.empty()) {
    data_.pop_back();  // the last line's end
    SseEvent event;
    if (!type_.empty()) event.type = std::move(type_);
    event.data = std::move(data_);
    event.id = last_id_;
    on_event(event);
  }
  type_.clear();
  data_.clear();
}

}  // namespace platen::net
