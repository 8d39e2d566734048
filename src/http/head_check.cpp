#include <algorithm>
#include <array>

#include "http/head.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::size_t request_id_limit_bytes = 64;

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= request_id_limit_bytes && std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || is_letter(c) || c == '.' || c == '_' || c == '-';
  });
}

bool is_field_char(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f'); }

/// Takes a line off `text`, which holds whole lines only.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

Checked<Field> parse_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return malformed("A header field is folded over lines.");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("A header field has no colon.");
  if (!is_token(line.substr(0, colon)))
    return malformed("A header field's name has a character that it may not have, or a space before its colon.");
  const std::string_view value = trim(line.substr(colon + 1));
  if (!std::all_of(value.begin(), value.end(), is_field_char))
    return malformed("A header field's value has a control character in it.");
  return Field{line.substr(0, colon), value};
}

/// Gathers what the fields say together, each rule in one place.
class FieldRules {
 public:
  explicit FieldRules(Head& head) : head_(head) {}

  Checked<void> take(const Field& field) {
    switch (field.name.size()) {
      case 4:
        if (same_word(field.name, "host")) return host(field.value);
        break;
      case 6:
        if (same_word(field.name, "expect")) return expect(field.value);
        break;
      case 10:
        if (same_word(field.name, "connection")) connection(field.value);
        break;
      case 12:
        if (same_word(field.name, "content-type")) return content_type(field.value);
        if (same_word(field.name, "x-request-id") && is_request_id(field.value)) head_.request_id = field.value;
        break;
      case 14:
        if (same_word(field.name, "content-length")) return content_length(field.value);
        break;
      case 16:
        if (same_word(field.name, "content-encoding")) encoded_ = encoded_ || !same_word(field.value, "identity");
        break;
      case 17:
        if (same_word(field.name, "transfer-encoding")) return transfer_encoding(field.value);
        break;
      default: break;
    }
    return {};
  }

  Checked<void> conclude() {
    if (hosts_ == 0 && head_.minor_version == 1) return malformed("The request has no Host.");
    if (!head_.target.authority.empty()) head_.host = head_.target.authority;
    if (chunked_ && has_length_) return malformed("The request has both Content-Length and Transfer-Encoding.");
    if (chunked_ && head_.minor_version == 0) return malformed("HTTP/1.0 has no Transfer-Encoding.");
    if (chunked_)
      head_.framing = Framing::chunked;
    else if (head_.content_length > 0)
      head_.framing = Framing::length;
    if (encoded_ && head_.framing != Framing::none)
      return refuse(415, Errc::unsupported_media, "Content-Encoding is not supported: send the body as it is.");
    head_.keep_alive = !close_ && (head_.minor_version == 1 || keep_alive_);
    head_.expects_continue = head_.expects_continue && head_.minor_version == 1 && head_.framing != Framing::none;
    return {};
  }

 private:
  Checked<void> host(std::string_view value) {
    if (++hosts_ > 1) return malformed("The request has more than one Host.");
    if (!is_authority(value)) return malformed("The Host is not a valid host name.");
    head_.host = value;
    return {};
  }
  Checked<void> expect(std::string_view value) {
    if (!same_word(value, "100-continue"))
      return refuse(417, Errc::invalid_request, "The only expectation that can be met is 100-continue.");
    head_.expects_continue = true;
    return {};
  }
  void connection(std::string_view list) {
    while (!list.empty()) {
      const std::string_view option = next_element(list);
      close_ = close_ || same_word(option, "close");
      keep_alive_ = keep_alive_ || same_word(option, "keep-alive");
      head_.names_upgrade = head_.names_upgrade || same_word(option, "upgrade");
    }
  }
  Checked<void> content_type(std::string_view value) {
    if (!head_.content_type.empty()) return malformed("The request has more than one Content-Type.");
    head_.content_type = value;
    return {};
  }
  Checked<void> content_length(std::string_view value) {
    if (std::exchange(has_length_, true)) return malformed("The request has more than one Content-Length.");
    if (value.empty() || !std::all_of(value.begin(), value.end(), is_digit))
      return malformed("Content-Length is not a number.");
    const auto length = parse_number(value);
    if (!length) return refuse(413, Errc::too_large, "The body is larger than it may be.");
    head_.content_length = *length;
    return {};
  }
  Checked<void> transfer_encoding(std::string_view value) {
    if (std::exchange(chunked_, true)) return malformed("The request has more than one Transfer-Encoding.");
    if (!same_word(value, "chunked"))
      return refuse(501, Errc::invalid_request, "The only Transfer-Encoding that is understood is chunked.");
    return {};
  }

  Head& head_;
  int hosts_ = 0;
  bool has_length_ = false;
  bool chunked_ = false;
  bool encoded_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
};

Checked<void> parse_request_line(std::string_view line, std::size_t path_limit_bytes, Head& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return malformed("The request line is not of three words.");
  head.method = line.substr(0, first);
  if (!is_token(head.method)) return malformed("The method is not a word.");
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool is_http = version.size() == 8 && version.substr(0, 5) == "HTTP/" && is_digit(version[5]) &&
                         version[6] == '.' && is_digit(version[7]);
    if (is_http) return refuse(505, Errc::invalid_request, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    return malformed("The request line does not end in an HTTP version.");
  }
  head.minor_version = version.back() - '0';
  auto target = parse_target(line.substr(first + 1, last - first - 1), path_limit_bytes);
  if (!target) return tl::unexpected(target.error());
  if (target->text == "*" && head.method != "OPTIONS") return malformed("The request target * is for OPTIONS only.");
  head.target = *std::move(target);
  return {};
}

}  // namespace

Checked<Head> parse_head(std::string_view text, const Limits& limits) {
  if (text.substr(0, 2) == "\r\n") text.remove_prefix(2);
  Head head;
  if (auto line = parse_request_line(next_line(text), limits.path_bytes, head); !line)
    return tl::unexpected(line.error());
  FieldRules rules(head);
  head.fields.reserve(16);
  for (std::string_view line = next_line(text); !line.empty(); line = next_line(text)) {
    auto field = parse_field(line);
    if (!field) return tl::unexpected(field.error());
    if (auto taken = rules.take(*field); !taken) return tl::unexpected(taken.error());
    head.fields.push_back(*field);
  }
  if (auto sound = rules.conclude(); !sound) return tl::unexpected(sound.error());
  return head;
}

}  // namespace platen::http
