#include "platen/trace.hpp"

#include <algorithm>
#include <span>

#include "base/crypto.hpp"

namespace platen {

namespace {

constexpr std::size_t version_bytes = 2;
constexpr std::size_t traceparent_bytes = 55;
constexpr std::size_t tracestate_bytes = 512;
constexpr std::size_t tracestate_members = 32;
constexpr std::size_t longest_value = 256;
constexpr std::uint8_t sampled_flag = 1;

/// Lower-case digits only, as the Recommendation has it.
int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit_of(text[2 * i]);
    const int low = digit_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_decimal(char c) { return c >= '0' && c <= '9'; }

/// A part of a key: `lcalpha 0*N( lcalpha / DIGIT / "_" / "-"/ "*" / "/" )`; a tenant's may begin with a digit.
bool is_key_part(std::string_view text, std::size_t most, bool may_begin_with_digit) {
  if (text.empty() || text.size() > most) return false;
  if (!is_lower(text.front()) && !(may_begin_with_digit && is_decimal(text.front()))) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower(c) || is_decimal(c) || c == '_' || c == '-' || c == '*' || c == '/';
  });
}

bool is_key(std::string_view key) {
  const std::size_t at = key.find('@');
  if (at == std::string_view::npos) return is_key_part(key, 256, false);
  return is_key_part(key.substr(0, at), 241, true) && is_key_part(key.substr(at + 1), 14, false);
}

bool is_value(std::string_view value) {
  return !value.empty() && value.size() <= longest_value && value.back() != ' ' &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

SpanTime now() { return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now()); }

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view text) {
  if (text.size() < traceparent_bytes) return std::nullopt;
  std::array<std::uint8_t, 1> version{};
  std::array<std::uint8_t, 1> flags{};
  TraceContext context;
  if (!read_hex(text.substr(0, version_bytes), version) || version[0] == 0xff) return std::nullopt;
  const bool has_more = text.size() > traceparent_bytes;
  if (has_more && (version[0] == 0 || text[traceparent_bytes] != '-')) return std::nullopt;
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  if (!read_hex(text.substr(3), context.trace) || !read_hex(text.substr(36), context.span) ||
      !read_hex(text.substr(53), flags))
    return std::nullopt;
  if (!context.is_set() || context.span == SpanId{}) return std::nullopt;
  context.is_sampled = (flags[0] & sampled_flag) != 0;
  return context;
}

std::string traceparent_of(const TraceContext& context) {
  if (!context.is_set()) return {};
  std::string text = "00-";
  return text.append(hex(context.trace))
      .append("-")
      .append(hex(context.span))
      .append(context.is_sampled ? "-01" : "-00");
}

bool is_tracestate(std::string_view text) {
  if (text.empty() || text.size() > tracestate_bytes) return false;
  std::vector<std::string_view> keys;
  for (bool is_last = false; !is_last;) {
    const std::size_t comma = text.find(',');
    is_last = comma == std::string_view::npos;
    const std::string_view member = trimmed(text.substr(0, comma));
    if (!is_last) text.remove_prefix(comma + 1);
    if (member.empty()) continue;  // is allowed
    const std::size_t equals = member.find('=');
    if (equals == std::string_view::npos || !is_key(member.substr(0, equals)) || !is_value(member.substr(equals + 1)))
      return false;
    keys.push_back(member.substr(0, equals));
  }
  std::sort(keys.begin(), keys.end());
  return !keys.empty() && keys.size() <= tracestate_members &&
         std::adjacent_find(keys.begin(), keys.end()) == keys.end();
}

std::string trace_id_of(const TraceContext& context) { return context.is_set() ? hex(context.trace) : std::string(); }

OpenSpan::OpenSpan(Tracer* tracer, const TraceContext& parent, std::string_view name, SpanKind kind,
                   std::optional<SpanTime> begun_at)
    : tracer_(tracer) {
  span_.context = tracer != nullptr ? tracer->begin(parent) : parent;
  if (!is_recorded()) return;
  span_.parent = parent.span;
  span_.name = name;
  span_.kind = kind;
  span_.begun_at = begun_at.value_or(now());
}

void OpenSpan::rename(std::string_view name) {
  if (is_recorded()) span_.name = name;
}

void OpenSpan::note(std::string_view name, std::string_view value) {
  if (is_recorded() && !value.empty()) span_.attributes.emplace_back(std::string(name), std::string(value));
}

void OpenSpan::note(std::string_view name, std::int64_t value) {
  if (is_recorded()) span_.attributes.emplace_back(std::string(name), value);
}

void OpenSpan::fail(std::string_view why) {
  if (!is_recorded()) return;
  span_.is_failure = true;
  span_.failure = why;
}

void OpenSpan::end() {
  if (!is_recorded()) return;
  span_.ended_at = std::max(span_.begun_at, now());
  std::exchange(tracer_, nullptr)->record(std::move(span_));
}

}  // namespace platen
