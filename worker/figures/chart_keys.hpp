// The different values of a field that stand along a chart or make its series, and how they are put in groups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "worker/data/column_plan.hpp"
#include "worker/data/decimal.hpp"
#include "worker/data/value.hpp"

namespace platen::worker {

/// How exactly dates are told apart.
enum class Grain { exact, hour, day, month, quarter, year };

/// What of each value is shown where.
struct KeyGroups {
  std::vector<std::string> labels;      ///< of the groups, in the order in which they are shown
  std::vector<std::uint32_t> group_of;  ///< one for each key: the index of its group
  bool is_ordered = false;              ///< by number or date
  bool has_rest = false;                ///< the last is the group of all others
};

/// Values in the order in which they first came. Threads: one. Memory: bounded by the limits given.
class ChartKeys {
 public:
  struct Limits {
    std::size_t keys = 0;
    std::size_t bytes = 0;  ///< of all labels
  };
  ChartKeys(const ColumnPlan& plan, Limits limits) : plan_(plan), limits_(limits) {}

  /// The key of a value, a new one where it has none; nullopt where that would pass the limits.
  [[nodiscard]] std::optional<std::uint32_t> key_of(const Value& value);
  /// The key, here, of each one of `later` (of the same field); nullopt where that would pass the limits.
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> merge(const ChartKeys& later);
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] Grain grain() const noexcept { return grain_; }

  /// Makes fewer keys of dates: those of one hour, day or month become one. The new key of each old one; nullopt where
  /// these are no dates, or it is months already.
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> coarsen();

  /// How groups are chosen and ordered. `sizes` has one number for each key.
  struct Wish {
    std::size_t most = 0;        ///< groups, besides the one of all others
    bool largest_first = false;  ///< texts by their size, else as they came
  };
  /// Numbers and dates in their order. More than `most`: dates become months, quarters, years; of others those of the
  /// largest magnitude stay and the rest is the last group.
  [[nodiscard]] KeyGroups groups(const std::vector<double>& sizes, const Wish& wish) const;

 private:
  struct Key {
    std::string label;
    std::optional<Decimal> order;  ///< of a number; of a date milliseconds since 1970
  };
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  [[nodiscard]] std::optional<std::uint32_t> add(Key key);
  [[nodiscard]] Key make_key(const Value& value) const;
  [[nodiscard]] bool is_date() const noexcept;
  [[nodiscard]] KeyGroups grouped_dates(Grain grain) const;
  [[nodiscard]] std::vector<std::uint32_t> in_order(const std::vector<double>& sizes, bool largest_first) const;

  const ColumnPlan& plan_;
  Limits limits_;
  Grain grain_ = Grain::exact;
  std::vector<Key> keys_;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> by_label_;
  std::size_t bytes_ = 0;
};

}  // namespace platen::worker
