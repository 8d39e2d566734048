// How a cell looks where its value meets a condition.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "platen/report.hpp"
#include "worker/data/value.hpp"

namespace platen::worker {

/// What is other than usual. Colours `#rrggbb`; empty: as without it.
struct CellLook {
  std::string color;
  std::string background;
  bool bold = false;
  friend bool operator==(const CellLook&, const CellLook&) = default;
};

/// Numbers below zero where a column asks for red: dark enough to be read on white.
inline constexpr const char* negative_color = "#b42318";

/// One condition, its value read as its column's cells are.
struct LookRule {
  enum class When : std::uint8_t { below, above, equal, empty, shown_negative };
  When when = When::below;
  unsigned decimals = 0;  ///< of shown_negative: a number that is written as zero is not negative
  Value value;            ///< of the first three; a text's lies in `text`
  std::string text;
};

/// The rules of one column, and every look that they can add up to. Immutable once made, so any thread may read it.
class CellLooks {
 public:
  /// Later ones win. At most 16.
  void add(LookRule rule, const CellLook& look);

  [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }
  /// 0: plain; else 1 + an index into `looks`.
  [[nodiscard]] std::size_t of(const Value& value) const noexcept;
  [[nodiscard]] const std::vector<CellLook>& looks() const noexcept { return looks_; }

 private:
  std::vector<LookRule> rules_;
  std::vector<CellLook> looks_;
  /// By the rules that apply, one bit each: what `of` answers.
  std::vector<std::uint32_t> by_rules_{0};
};

}  // namespace platen::worker
