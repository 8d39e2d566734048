#include "tests/support/json_schema.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <regex>
#include <set>
#include <stdexcept>

#include "codec/utf8.hpp"

namespace platen::test {

namespace {

using codec::Json;
using Misfit = std::optional<std::string>;

const std::set<std::string> annotations{"$schema",     "$id",     "$defs",    "title",
                                        "description", "default", "examples", "then"};
const std::set<std::string> of_texts{"minLength", "maxLength", "pattern"};
const std::set<std::string> of_numbers{"minimum", "maximum"};
const std::set<std::string> of_arrays{"items", "minItems", "maxItems"};
const std::set<std::string> of_objects{"properties",    "required",      "additionalProperties", "propertyNames",
                                       "minProperties", "maxProperties", "dependentRequired"};
constexpr std::size_t longest_matched_bytes = 2000;  // std::regex recurses for each

bool is_kind(const Json& value, const std::string& kind) {
  if (kind == "string") return value.is_string();
  if (kind == "boolean") return value.is_boolean();
  if (kind == "null") return value.is_null();
  if (kind == "array") return value.is_array();
  if (kind == "object") return value.is_object();
  if (kind == "number") return value.is_number();
  if (kind == "integer") return value.is_number() && std::floor(value.get<double>()) == value.get<double>();
  throw std::logic_error("there is no type " + kind);
}

Misfit unless(bool fits, const std::string& keyword) { return fits ? Misfit() : Misfit("breaks " + keyword); }

}  // namespace

const Json& JsonSchema::target(const std::string& reference) const {
  if (reference.rfind('#', 0) != 0) throw std::logic_error("a reference to elsewhere: " + reference);
  return root_.at(Json::json_pointer(reference.substr(1)));
}

Json JsonSchema::flat(const Json& node) const {
  if (!node.contains("$ref")) return node;
  Json merged = flat(target(node.at("$ref").get<std::string>()));
  for (const auto& [keyword, rule] : node.items())
    if (keyword != "$ref") merged[keyword] = rule;
  return merged;
}

Misfit JsonSchema::misfit(const Json& node, const Json& value) const {
  for (const auto& [keyword, rule] : node.items())
    if (auto misfit = keyword_misfit(node, keyword, rule, value)) return misfit;
  return std::nullopt;
}

Misfit JsonSchema::keyword_misfit(const Json& node, const std::string& keyword, const Json& rule,
                                  const Json& value) const {
  if (annotations.count(keyword) == 1) return std::nullopt;
  if (keyword == "$ref") return misfit(target(rule.get<std::string>()), value);
  if (keyword == "type") {
    const Json kinds = rule.is_array() ? rule : Json::array({rule});
    return unless(std::any_of(kinds.begin(), kinds.end(), [&](const Json& kind) { return is_kind(value, kind); }),
                  keyword);
  }
  if (keyword == "const") return unless(value == rule, keyword);
  if (keyword == "enum") return unless(std::find(rule.begin(), rule.end(), value) != rule.end(), keyword);
  if (keyword == "oneOf") return unless(count_valid(rule, value) == 1, keyword);
  if (keyword == "allOf") {
    for (const Json& part : rule)
      if (auto found = misfit(part, value)) return found;
    return std::nullopt;
  }
  if (keyword == "anyOf") return unless(count_valid(rule, value) > 0, keyword);
  if (keyword == "not") return unless(misfit(rule, value).has_value(), keyword);
  if (keyword == "if") return misfit(rule, value) ? Misfit() : misfit(node.at("then"), value);
  if (of_texts.count(keyword) == 1)
    return value.is_string() ? text_misfit(keyword, rule, value.get<std::string>()) : Misfit();
  if (of_numbers.count(keyword) == 1) {
    if (!value.is_number()) return std::nullopt;
    const auto number = value.get<double>();
    return unless(keyword == "minimum" ? number >= rule.get<double>() : number <= rule.get<double>(), keyword);
  }
  if (of_arrays.count(keyword) == 1) return value.is_array() ? array_misfit(keyword, rule, value) : Misfit();
  if (of_objects.count(keyword) == 1) return value.is_object() ? object_misfit(node, keyword, rule, value) : Misfit();
  throw std::logic_error("there is no keyword " + keyword);
}

Misfit JsonSchema::text_misfit(const std::string& keyword, const Json& rule, const std::string& text) const {
  if (keyword == "minLength") return unless(codec::code_points(text) >= rule.get<std::size_t>(), keyword);
  if (keyword == "maxLength") return unless(codec::code_points(text) <= rule.get<std::size_t>(), keyword);
  if (text.size() > longest_matched_bytes) return std::nullopt;
  return unless(std::regex_search(text, std::regex(rule.get<std::string>())), keyword);
}

Misfit JsonSchema::array_misfit(const std::string& keyword, const Json& rule, const Json& array) const {
  if (keyword == "minItems") return unless(array.size() >= rule.get<std::size_t>(), keyword);
  if (keyword == "maxItems") return unless(array.size() <= rule.get<std::size_t>(), keyword);
  for (std::size_t i = 0; i < array.size(); ++i)
    if (const auto found = misfit(rule, array[i])) return "/" + std::to_string(i) + " " + *found;
  return std::nullopt;
}

Misfit JsonSchema::object_misfit(const Json& node, const std::string& keyword, const Json& rule,
                                 const Json& object) const {
  if (keyword == "minProperties") return unless(object.size() >= rule.get<std::size_t>(), keyword);
  if (keyword == "maxProperties") return unless(object.size() <= rule.get<std::size_t>(), keyword);
  if (keyword == "required")
    return unless(std::all_of(rule.begin(), rule.end(),
                              [&](const Json& name) { return object.contains(name.get<std::string>()); }),
                  keyword + " " + rule.dump());
  for (const auto& [name, value] : object.items()) {
    Misfit found;
    if (keyword == "properties" && rule.contains(name)) found = misfit(rule.at(name), value);
    if (keyword == "propertyNames") found = misfit(rule, Json(name));
    if (keyword == "dependentRequired" && rule.contains(name)) {
      for (const Json& needed : rule.at(name))
        if (!object.contains(needed.get<std::string>())) found = "needs " + needed.get<std::string>();
    }
    if (keyword == "additionalProperties" && !(node.contains("properties") && node.at("properties").contains(name)))
      found = rule.is_boolean() ? unless(rule.get<bool>(), keyword) : misfit(rule, value);
    if (found) return "/" + name + " " + *found;
  }
  return std::nullopt;
}

std::size_t JsonSchema::count_valid(const Json& nodes, const Json& value) const {
  return static_cast<std::size_t>(
      std::count_if(nodes.begin(), nodes.end(), [&](const Json& node) { return !misfit(node, value); }));
}

}  // namespace platen::test
