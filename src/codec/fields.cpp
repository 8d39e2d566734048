#include "codec/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/nearest.hpp"
#include "codec/utf8.hpp"

namespace platen::codec {

namespace {

constexpr std::size_t usual_members = 16;  // that an object of a request may have

const Json& no_members() {
  static const Json empty = Json::object();
  return empty;
}

bool has_control(std::string_view text, TextRule::Lines lines) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    const bool breaks_line = c == '\n' || c == '\t' || c == '\r';
    return byte == 0x7F || (byte < 0x20 && !(breaks_line && lines == TextRule::Lines::many));
  });
}

std::string range_text(const NumberRule& rule) {
  return fmt::format("{:.15g} to {:.15g}{}{}", rule.least, rule.most, rule.unit.empty() ? "" : " ", rule.unit);
}

}  // namespace

std::string_view kind_name(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return "null";
    case Json::value_t::boolean: return "true or false";
    case Json::value_t::string: return "a text";
    case Json::value_t::array: return "an array";
    case Json::value_t::object: return "an object";
    default: return "a number";
  }
}

std::optional<std::string> text_misfit(const Json& value, const TextRule& rule) {
  if (!value.is_string()) return fmt::format("This must be a text, not {}.", kind_name(value));
  const auto& text = value.get_ref<const std::string&>();
  const std::size_t length = code_points(text);
  if (length < rule.least && length == 0) return "This must not be empty.";
  if (length < rule.least || length > rule.most)
    return fmt::format("This has {} characters; {} to {} are allowed.", length, rule.least, rule.most);
  if (!has_control(text, rule.lines)) return std::nullopt;
  return rule.lines == TextRule::Lines::one ? "This must be one line without control characters."
                                            : "This must not have control characters but line feeds and tabs.";
}

std::optional<std::string> number_misfit(const Json& value, const NumberRule& rule) {
  if (!value.is_number())
    return fmt::format("This must be a number from {}, not {}.", range_text(rule), kind_name(value));
  const auto number = value.get<double>();
  if (number >= rule.least && number <= rule.most) return std::nullopt;
  return fmt::format("This is {}; {} is allowed.", dump(value), range_text(rule));
}

std::string quoted_list(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) list += fmt::format("{}'{}'", list.empty() ? "" : ", ", name);
  return list;
}

Fields::Fields(const Json& value, std::string pointer, Problems& problems)
    : object_(value.is_object() ? value : no_members()), pointer_(std::move(pointer)), problems_(problems) {
  known_.reserve(usual_members);
  if (!value.is_object()) problems_.add(pointer_, fmt::format("This must be an object, not {}.", kind_name(value)));
}

const Json* Fields::take(std::string_view name) {
  known_.push_back(name);
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool Fields::has(std::string_view name) const {
  const auto found = object_.find(name);
  return found != object_.end() && !found->is_null();
}

std::optional<std::string> Fields::take_text(std::string_view name, const TextRule& rule) {
  const Json* const value = take(name);
  if (value == nullptr) return std::nullopt;
  if (auto misfit = text_misfit(*value, rule)) {
    complain(name, std::move(*misfit));
    return std::nullopt;
  }
  return value->get<std::string>();
}

std::optional<double> Fields::take_number(std::string_view name, const NumberRule& rule) {
  const Json* const value = take(name);
  if (value == nullptr) return std::nullopt;
  if (auto misfit = number_misfit(*value, rule)) {
    complain(name, std::move(*misfit));
    return std::nullopt;
  }
  return value->get<double>();
}

std::optional<std::int64_t> Fields::take_integer(std::string_view name, const NumberRule& rule) {
  const auto number = take_number(name, rule);
  if (!number) return std::nullopt;
  if (*number == std::floor(*number)) return static_cast<std::int64_t>(*number);
  complain(name, fmt::format("This must be a whole number from {}.", range_text(rule)));
  return std::nullopt;
}

std::optional<bool> Fields::take_flag(std::string_view name) {
  const Json* const value = take(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  complain(name, fmt::format("This must be true or false, not {}.", kind_name(*value)));
  return std::nullopt;
}

const Json* Fields::take_array(std::string_view name, std::size_t most) {
  const Json* const value = take(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    complain(name, fmt::format("This must be an array, not {}.", kind_name(*value)));
    return nullptr;
  }
  if (value->size() <= most) return value;
  complain(name, fmt::format("This has {} elements; at most {} are allowed.", value->size(), most));
  return nullptr;
}

void Fields::complain(std::string_view name, std::string detail) { problems_.add(pointer(name), std::move(detail)); }

void Fields::complain_of_choice(std::string_view name, std::string_view chosen,
                                const std::vector<std::string_view>& names) {
  complain(name,
           fmt::format("'{}' is not one of {}.{}", shown(chosen), quoted_list(names), did_you_mean(chosen, names)));
}

void Fields::require(std::string_view name, std::string_view what) {
  if (!has(name)) complain(name, fmt::format("This is missing: {}.", what));
}

void Fields::finish() {
  for (const auto& [name, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string hint = did_you_mean(name, known_);
    complain(name, fmt::format("There is no field '{}' here.{}", shown(name),
                               hint.empty() ? fmt::format(" Known: {}.", quoted_list(known_)) : hint));
  }
}

}  // namespace platen::codec
