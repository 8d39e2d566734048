#include "base/log_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/clock.hpp"

namespace platen {

namespace {

using Text = fmt::memory_buffer;

void append(Text& to, std::string_view text) { to.append(text.data(), text.data() + text.size()); }
std::string text_of(const Text& text) { return {text.data(), text.size()}; }

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

/// So that nobody's text makes a line of its own, or moves a terminal's cursor.
void append_escaped(Text& to, std::string_view text, bool in_quotes) {
  for (const char c : text) {
    if (c == '\n')
      append(to, "\\n");
    else if (is_control(c))
      fmt::format_to(std::back_inserter(to), "\\x{:02x}", static_cast<unsigned char>(c));
    else if (in_quotes && (c == '"' || c == '\\'))
      append(to, c == '"' ? "\\\"" : "\\\\");
    else
      to.push_back(c);
  }
}

bool needs_quotes(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == ' ' || c == '"' || c == '\\' || c == '=' || is_control(c); });
}

bool is_absent(const LogField& field) {
  const auto* const text = std::get_if<std::string_view>(&field.value);
  return text != nullptr && text->empty();
}

void append_number(Text& to, const LogField& field) {
  if (const auto* const number = std::get_if<std::int64_t>(&field.value))
    fmt::format_to(std::back_inserter(to), "{}", *number);
  else
    fmt::format_to(std::back_inserter(to), "{:.2f}", std::get<double>(field.value));
}

void append_message(Text& to, const LogLine& line) {
  append_escaped(to, line.message, false);
  for (const LogField& field : line.fields) {
    if (is_absent(field)) continue;
    to.push_back(' ');
    append(to, field.name);
    to.push_back('=');
    const auto* const text = std::get_if<std::string_view>(&field.value);
    if (text == nullptr) {
      append_number(to, field);
    } else if (needs_quotes(*text)) {
      to.push_back('"');
      append_escaped(to, *text, true);
      to.push_back('"');
    } else {
      append(to, *text);
    }
  }
}

/// The length of the UTF-8 sequence that `text` begins with; 0 where that is none (Unicode, table 3-7).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto goes_on = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return goes_on(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool fits = goes_on(1) && (first != 0xe0 || second >= 0xa0) && (first != 0xed || second < 0xa0);
    return fits && goes_on(2) ? 3 : 0;
  }
  if (first < 0xf0 || first > 0xf4) return 0;
  const bool fits = goes_on(1) && (first != 0xf0 || second >= 0x90) && (first != 0xf4 || second < 0x90);
  return fits && goes_on(2) && goes_on(3) ? 4 : 0;
}

void append_json(Text& to, std::string_view text) {
  to.push_back('"');
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = sequence_length(text);
    if (c == '"' || c == '\\') {
      to.push_back('\\');
      to.push_back(c);
    } else if (is_control(c)) {
      fmt::format_to(std::back_inserter(to), "\\u{:04x}", static_cast<unsigned char>(c));
    } else if (length == 0) {
      append(to, "\\ufffd");
    } else {
      append(to, text.substr(0, length));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  to.push_back('"');
}

void append_member(Text& to, std::string_view name, std::string_view text) {
  fmt::format_to(std::back_inserter(to), ",\"{}\":", name);
  append_json(to, text);
}

int priority_of(std::string_view level) {
  if (level == "critical") return 2;
  if (level == "error") return 3;
  if (level == "warning") return 4;
  return level == "info" ? 6 : 7;
}

}  // namespace

std::string logfmt_line(const LogLine& line) {
  Text text;
  fmt::format_to(std::back_inserter(text), "{} {} {} ", rfc3339(line.at), line.process, line.level);
  append_message(text, line);
  text.push_back('\n');
  return text_of(text);
}

std::string json_line(const LogLine& line) {
  Text text;
  fmt::format_to(std::back_inserter(text), R"({{"time":"{}")", rfc3339(line.at));
  append_member(text, "process", line.process);
  append_member(text, "level", line.level);
  append_member(text, "message", line.message);
  for (const LogField& field : line.fields) {
    if (is_absent(field)) continue;
    if (const auto* const value = std::get_if<std::string_view>(&field.value)) {
      append_member(text, field.name, *value);
    } else {
      fmt::format_to(std::back_inserter(text), ",\"{}\":", field.name);
      append_number(text, field);
    }
  }
  append(text, "}\n");
  return text_of(text);
}

std::vector<std::string> journal_fields(const LogLine& line) {
  Text message;
  append(message, "MESSAGE=");
  append_message(message, line);
  std::vector<std::string> fields{text_of(message), fmt::format("PRIORITY={}", priority_of(line.level)),
                                  fmt::format("SYSLOG_IDENTIFIER={}", line.process)};
  for (const LogField& field : line.fields) {
    if (is_absent(field)) continue;
    Text text;
    append(text, "PLATEN_");
    for (const char c : field.name) text.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    text.push_back('=');
    if (const auto* const value = std::get_if<std::string_view>(&field.value))
      append(text, *value);
    else
      append_number(text, field);
    fields.push_back(text_of(text));
  }
  return fields;
}

}  // namespace platen
