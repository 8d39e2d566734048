#include "worker/figures/chart_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "worker/data/cell.hpp"

namespace platen::worker {

namespace {

constexpr std::string_view no_value = "—";
constexpr std::string_view other = "Other";
constexpr std::string_view all_others = "All others";

/// The beginning of the hour, day … that holds a moment.
std::int64_t truncated(std::int64_t instant_ms, Grain grain) noexcept {
  using namespace std::chrono;
  const sys_time<milliseconds> instant{milliseconds{instant_ms}};
  const sys_days day = floor<days>(instant);
  const year_month_day date{day};
  const auto ms = [](sys_time<milliseconds> time) {
    return static_cast<std::int64_t>(time.time_since_epoch().count());
  };
  switch (grain) {
    case Grain::exact: return instant_ms;
    case Grain::hour: return ms(floor<hours>(instant));
    case Grain::day: return ms(day);
    case Grain::month: return ms(sys_days{date.year() / date.month() / 1});
    case Grain::quarter: {
      const unsigned first = (static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1;
      return ms(sys_days{date.year() / month{first} / 1});
    }
    case Grain::year: return ms(sys_days{date.year() / January / 1});
  }
  return instant_ms;
}

/// ISO 8601, as far as the grain goes; a quarter as `2026 Q1`.
std::string label_of(std::int64_t instant_ms, Grain grain) {
  using namespace std::chrono;
  const sys_time<milliseconds> instant{milliseconds{instant_ms}};
  const sys_days day = floor<days>(instant);
  const year_month_day date{day};
  const int year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  switch (grain) {
    case Grain::year: return fmt::format("{:04}", year);
    case Grain::quarter: return fmt::format("{:04} Q{}", year, (month - 1) / 3 + 1);
    case Grain::month: return fmt::format("{:04}-{:02}", year, month);
    case Grain::exact:
    case Grain::day: return fmt::format("{:04}-{:02}-{:02}", year, month, static_cast<unsigned>(date.day()));
    case Grain::hour: break;
  }
  return fmt::format("{:04}-{:02}-{:02} {:02}:00", year, month, static_cast<unsigned>(date.day()),
                     duration_cast<hours>(instant - day).count());
}

Grain coarser(Grain grain) noexcept { return static_cast<Grain>(static_cast<int>(grain) + 1); }

}  // namespace

bool ChartKeys::is_date() const noexcept {
  return plan_.format == CellFormat::date || plan_.format == CellFormat::datetime;
}

ChartKeys::Key ChartKeys::make_key(const Value& value) const {
  Key key;
  if (value.kind == Value::Kind::empty) {
    key.label = no_value;
  } else if (value.kind == Value::Kind::moment) {
    const std::int64_t instant = truncated(value.moment.local_ms(), grain_);
    key.order = Decimal(instant, 0);
    if (grain_ == Grain::exact) append_value(key.label, value, plan_);
    if (grain_ != Grain::exact) key.label = label_of(instant, grain_);
  } else {
    if (value.kind == Value::Kind::number) key.order = value.number;
    append_value(key.label, value, plan_);
  }
  return key;
}

std::optional<std::uint32_t> ChartKeys::add(Key key) {
  if (const auto known = by_label_.find(key.label); known != by_label_.end()) return known->second;
  if (keys_.size() == limits_.keys || bytes_ + key.label.size() > limits_.bytes) return std::nullopt;
  const auto index = static_cast<std::uint32_t>(keys_.size());
  bytes_ += key.label.size();
  by_label_.emplace(key.label, index);
  keys_.push_back(std::move(key));
  return index;
}

std::optional<std::uint32_t> ChartKeys::key_of(const Value& value) {
  if (value.kind != Value::Kind::text) return add(make_key(value));
  // A text is its own label: no need to make one in order to find it.
  if (const auto known = by_label_.find(value.text); known != by_label_.end()) return known->second;
  return add({std::string(value.text), std::nullopt});
}

std::optional<std::vector<std::uint32_t>> ChartKeys::merge(const ChartKeys& later) {
  std::vector<std::uint32_t> here;
  for (const Key& key : later.keys_) {
    Key made = key;
    if (made.order && grain_ != later.grain_) {
      const std::int64_t instant = truncated(static_cast<std::int64_t>(made.order->mantissa()), grain_);
      made = {label_of(instant, grain_), Decimal(instant, 0)};
    }
    const auto index = add(std::move(made));
    if (!index) return std::nullopt;
    here.push_back(*index);
  }
  return here;
}

std::optional<std::vector<std::uint32_t>> ChartKeys::coarsen() {
  if (!is_date() || grain_ >= Grain::month) return std::nullopt;
  grain_ = coarser(grain_);
  KeyGroups groups = grouped_dates(grain_);
  std::vector<Key> fewer(groups.labels.size());
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    Key& made = fewer[groups.group_of[key]];
    if (!keys_[key].order) continue;
    made.order = Decimal(truncated(static_cast<std::int64_t>(keys_[key].order->mantissa()), grain_), 0);
  }
  by_label_.clear();
  bytes_ = 0;
  for (std::size_t i = 0; i < fewer.size(); ++i) {
    fewer[i].label = groups.labels[i];
    bytes_ += fewer[i].label.size();
    by_label_.emplace(fewer[i].label, static_cast<std::uint32_t>(i));
  }
  keys_ = std::move(fewer);
  return std::move(groups.group_of);
}

KeyGroups ChartKeys::grouped_dates(Grain grain) const {
  KeyGroups groups;
  groups.is_ordered = true;
  groups.group_of.resize(keys_.size());
  std::map<std::int64_t, std::vector<std::uint32_t>> by_time;
  std::vector<std::uint32_t> without;
  for (std::uint32_t key = 0; key < keys_.size(); ++key) {
    const auto& order = keys_[key].order;
    (order ? by_time[truncated(static_cast<std::int64_t>(order->mantissa()), grain)] : without).push_back(key);
  }
  const auto add = [&](std::string label, const std::vector<std::uint32_t>& keys) {
    for (const std::uint32_t key : keys) groups.group_of[key] = static_cast<std::uint32_t>(groups.labels.size());
    groups.labels.push_back(std::move(label));
  };
  for (const auto& [instant, keys] : by_time) add(label_of(instant, grain), keys);
  if (!without.empty()) add(std::string(no_value), without);
  return groups;
}

std::vector<std::uint32_t> ChartKeys::in_order(const std::vector<double>& sizes, bool largest_first) const {
  std::vector<std::uint32_t> order(keys_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t left, std::uint32_t right) {
    const auto& first = keys_[left].order;
    const auto& second = keys_[right].order;
    if (first && second) return *first < *second;
    if (first || second) return first.has_value();
    return largest_first && sizes[left] > sizes[right];
  });
  return order;
}

KeyGroups ChartKeys::groups(const std::vector<double>& sizes, const Wish& wish) const {
  if (is_date() && keys_.size() > wish.most) {
    for (Grain grain = grain_ == Grain::exact ? Grain::day : grain_;; grain = coarser(grain)) {
      KeyGroups groups = grouped_dates(grain);
      if (groups.labels.size() <= wish.most || grain == Grain::year) return groups;
    }
  }
  std::vector<bool> stays(keys_.size(), true);
  const bool too_many = keys_.size() > wish.most;
  if (too_many) {
    std::vector<std::uint32_t> by_size(keys_.size());
    std::iota(by_size.begin(), by_size.end(), 0U);
    std::stable_sort(by_size.begin(), by_size.end(), [&](std::uint32_t left, std::uint32_t right) {
      return std::abs(sizes[left]) > std::abs(sizes[right]);
    });
    for (std::size_t i = wish.most; i < by_size.size(); ++i) stays[by_size[i]] = false;
  }
  KeyGroups groups;
  groups.group_of.resize(keys_.size());
  groups.is_ordered = !keys_.empty() && keys_.front().order.has_value();
  for (const std::uint32_t key : in_order(sizes, wish.largest_first)) {
    if (!stays[key]) continue;
    groups.group_of[key] = static_cast<std::uint32_t>(groups.labels.size());
    groups.labels.push_back(keys_[key].label);
  }
  if (!too_many) return groups;
  groups.has_rest = true;
  const bool taken = std::find(groups.labels.begin(), groups.labels.end(), other) != groups.labels.end();
  for (std::size_t key = 0; key < keys_.size(); ++key)
    if (!stays[key]) groups.group_of[key] = static_cast<std::uint32_t>(groups.labels.size());
  groups.labels.emplace_back(taken ? all_others : other);
  return groups;
}

}  // namespace platen::worker
