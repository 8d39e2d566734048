#include "worker/data/json_row.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "worker/data/quoted.hpp"
#include "worker/data/utf8.hpp"

namespace platen::worker {

namespace ondemand = simdjson::ondemand;

namespace {

constexpr std::string_view no_object = "This is not a JSON object.";
constexpr std::string_view other_value = "A row must be a JSON object.";

bool is_digit(char character) noexcept { return character >= '0' && character <= '9'; }

/// A number by JSON's grammar, of which the parser reads no more than it is asked for.
class NumberToken {
 public:
  explicit NumberToken(std::string_view token) noexcept : rest_(token) {}

  bool is_valid() noexcept {
    (void)take('-');
    const std::size_t begin = rest_.size();
    const bool zero_first = take('0');
    if (zero_first == (take_digits() > 0)) return false;
    whole_digits_ = static_cast<std::int64_t>(begin - rest_.size());
    if (zero_first) whole_digits_ = 0;
    if (take('.') && take_digits() == 0) return false;
    if (!nonzero_) whole_digits_ = -most_exponent;
    if (!take('e') && !take('E')) return rest_.empty();
    const bool negative = take('-');
    if (!negative) (void)take('+');
    const std::string_view digits = rest_;
    if (take_digits() == 0) return false;
    for (const char digit : digits.substr(0, digits.size() - rest_.size()))
      exponent_ = std::min(most_exponent, 10 * exponent_ + (digit - '0'));
    if (negative) exponent_ = -exponent_;
    return rest_.empty();
  }
  /// 10^309 or more: past what other readers of JSON take for a number at all.
  [[nodiscard]] bool is_too_large() const noexcept { return whole_digits_ + exponent_ > 309; }

 private:
  static constexpr std::int64_t most_exponent = 1 << 30;

  bool take(char character) noexcept {
    if (rest_.empty() || rest_.front() != character) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::size_t take_digits() noexcept {
    std::size_t count = 0;
    for (; count < rest_.size() && is_digit(rest_[count]); ++count) nonzero_ = nonzero_ || rest_[count] != '0';
    rest_.remove_prefix(count);
    return count;
  }

  std::string_view rest_;
  std::int64_t whole_digits_ = 0;
  std::int64_t exponent_ = 0;
  bool nonzero_ = false;
};

/// A field's name as it stands between its quotes, the closing one included, and what it means.
struct KnownName {
  std::string raw;
  std::string name;
};

/// The text from `raw` up to its closing quote, that included. A parser has seen that there is one.
std::string_view up_to_quote(const char* raw) noexcept {
  const char* at = raw;
  for (; *at != '"'; ++at) at += *at == '\\' ? 1 : 0;
  return {raw, static_cast<std::size_t>(at + 1 - raw)};
}

}  // namespace

struct JsonRowReader::State {
  ondemand::parser parser;
  std::vector<char> copy;  // of a line that ends where memory may
  std::vector<JsonMember> members;
  std::deque<KnownName> known;  // by their places in the last rows: mostly all rows have the same
  std::string complaint;

  Outcome refuse(std::string_view why) {
    complaint = why;
    return Outcome::not_a_row;
  }

  /// Without its escapes, and clean as a cell is; nullopt when they are wrong.
  std::optional<std::string_view> name_of(ondemand::field& field, std::size_t place, const char* end) {
    const char* const raw = field.key().raw();
    if (place == known.size()) known.emplace_back();
    KnownName& expected = known[place];
    const bool fits = static_cast<std::size_t>(end - raw) >= expected.raw.size();
    if (!expected.raw.empty() && fits && std::memcmp(raw, expected.raw.data(), expected.raw.size()) == 0)
      return expected.name;
    std::string_view name;
    if (field.unescaped_key().get(name) != simdjson::SUCCESS) return std::nullopt;
    expected.raw = up_to_quote(raw);
    expected.name.clear();
    (void)append_clean_cell(expected.name, name);
    return expected.name;
  }

  Outcome read_number(ondemand::value& value, JsonMember& member) {
    std::string_view token = value.raw_json_token();
    token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
    NumberToken number(token);
    if (!number.is_valid()) return refuse(no_object);
    if (number.is_too_large())
      return refuse(
          fmt::format("The field {} is {}: the number is too large.", in_quotes(member.name), in_quotes(token)));
    member.kind = CellKind::number;
    member.text = token;
    return Outcome::row;
  }

  Outcome read_value(ondemand::value& value, JsonMember& member) {
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return refuse(no_object);
    switch (type) {
      case ondemand::json_type::string:
        member.kind = CellKind::string;
        return value.get_string().get(member.text) == simdjson::SUCCESS ? Outcome::row : refuse(no_object);
      case ondemand::json_type::number: return read_number(value, member);
      case ondemand::json_type::boolean: {
        bool truth = false;
        if (value.get_bool().get(truth) != simdjson::SUCCESS) return refuse(no_object);
        member.kind = CellKind::boolean;
        member.text = truth ? "true" : "false";
        return Outcome::row;
      }
      case ondemand::json_type::null:
        member.kind = CellKind::null;
        return is_null(value) ? Outcome::row : refuse(no_object);
      default: break;
    }
    const bool is_array = type == ondemand::json_type::array;
    return refuse(fmt::format("The field {} is {}; a cell is a text, a number, true, false or null.",
                              in_quotes(member.name), is_array ? "an array" : "an object"));
  }

  static bool is_null(ondemand::value& value) {
    const std::string_view token = value.raw_json_token();
    const bool there = token.substr(0, 4) == "null";
    return there && token.find_first_not_of(" \t\r\n", 4) == std::string_view::npos && skip(value);
  }
  /// Steps over a scalar.
  static bool skip(ondemand::value& value) {
    bool null = false;
    return simdjson::simdjson_result<bool>(value.is_null()).get(null) == simdjson::SUCCESS && null;
  }

  /// `end` is that of the line.
  Outcome read_object(ondemand::document& document, const char* end) {
    ondemand::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS) return refuse(no_object);
    for (auto entry : object) {
      ondemand::field field;
      if (std::move(entry).get(field) != simdjson::SUCCESS) return refuse(no_object);
      JsonMember& member = members.emplace_back();
      const auto name = name_of(field, members.size() - 1, end);
      if (!name) return refuse(no_object);
      member.name = *name;
      ondemand::value value = field.value();
      const Outcome outcome = read_value(value, member);
      if (outcome != Outcome::row) return outcome;
    }
    // The older library has no other way to ask whether anything is left.
    const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    return at_end ? Outcome::row : refuse(no_object);
  }
};

JsonRowReader::JsonRowReader() : state_(std::make_unique<State>()) {}
JsonRowReader::~JsonRowReader() = default;
JsonRowReader::JsonRowReader(JsonRowReader&&) noexcept = default;
JsonRowReader& JsonRowReader::operator=(JsonRowReader&&) noexcept = default;

JsonRowReader::Outcome JsonRowReader::read(std::string_view line, std::size_t readable_bytes) {
  State& state = *state_;
  state.members.clear();
  if (readable_bytes < line.size() + simdjson::SIMDJSON_PADDING) {
    state.copy.assign(line.begin(), line.end());
    state.copy.resize(line.size() + simdjson::SIMDJSON_PADDING);
    line = {state.copy.data(), line.size()};
  }
  ondemand::document document;
  const simdjson::error_code error =
      state.parser.iterate(simdjson::padded_string_view(line, line.size() + simdjson::SIMDJSON_PADDING)).get(document);
  if (error == simdjson::UTF8_ERROR) return Outcome::not_utf8;
  ondemand::json_type type{};
  if (error != simdjson::SUCCESS || document.type().get(type) != simdjson::SUCCESS) return state.refuse(no_object);
  if (type != ondemand::json_type::object) return state.refuse(other_value);
  return state.read_object(document, line.data() + line.size());
}

std::span<const JsonMember> JsonRowReader::members() const noexcept { return state_->members; }

const std::string& JsonRowReader::complaint() const noexcept { return state_->complaint; }

}  // namespace platen::worker
