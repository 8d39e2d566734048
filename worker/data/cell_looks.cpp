#include "worker/data/cell_looks.hpp"

#include <algorithm>
#include <compare>
#include <utility>

namespace platen::worker {

namespace {

std::strong_ordering compare(const Value& left, const Value& right) noexcept {
  if (left.kind == Value::Kind::number) return left.number <=> right.number;
  return left.moment.instant_ms <=> right.moment.instant_ms;
}

bool is_equal(const Value& value, const LookRule& rule) noexcept {
  switch (value.kind) {
    case Value::Kind::empty: return false;
    case Value::Kind::text: return value.text == rule.text;
    case Value::Kind::boolean: return value.truth == rule.value.truth;
    case Value::Kind::number:
    case Value::Kind::moment: return compare(value, rule.value) == 0;
  }
  return false;
}

bool applies(const LookRule& rule, const Value& value) noexcept {
  const bool has_order = value.kind == Value::Kind::number || value.kind == Value::Kind::moment;
  switch (rule.when) {
    case LookRule::When::below: return has_order && compare(value, rule.value) < 0;
    case LookRule::When::above: return has_order && compare(value, rule.value) > 0;
    case LookRule::When::equal: return is_equal(value, rule);
    case LookRule::When::empty: return value.kind == Value::Kind::empty;
    case LookRule::When::shown_negative:
      return value.kind == Value::Kind::number && value.number.negative() &&
             !value.number.rounds_to_zero(rule.decimals);
  }
  return false;
}

CellLook merged(CellLook under, const CellLook& over) {
  if (!over.color.empty()) under.color = over.color;
  if (!over.background.empty()) under.background = over.background;
  under.bold = under.bold || over.bold;
  return under;
}

}  // namespace

void CellLooks::add(LookRule rule, const CellLook& look) {
  rules_.push_back(std::move(rule));
  // Each set of rules so far is also one with this rule added, which stands in the upper half.
  const std::size_t without = by_rules_.size();
  for (std::size_t rules = 0; rules < without; ++rules) {
    const std::uint32_t before = by_rules_[rules];
    const CellLook both = merged(before == 0 ? CellLook{} : looks_[before - 1], look);
    auto found = std::find(looks_.begin(), looks_.end(), both);
    if (found == looks_.end()) found = looks_.insert(found, both);
    by_rules_.push_back(static_cast<std::uint32_t>(found - looks_.begin()) + 1);
  }
}

std::size_t CellLooks::of(const Value& value) const noexcept {
  std::size_t rules = 0;
  for (std::size_t index = 0; index < rules_.size(); ++index)
    if (applies(rules_[index], value)) rules |= std::size_t{1} << index;
  return by_rules_[rules];
}

}  // namespace platen::worker
