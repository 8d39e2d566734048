// How numbers are written.
#pragma once

#include <string>
#include <string_view>

#include "worker/data/decimal.hpp"

namespace platen::worker {

/// Everything about a number's look, settled: with it, writing one asks nothing of the locale. Immutable once made, so
/// any thread may read it. Texts are UTF-8.
struct NumberStyle {
  std::string mark = ".";
  std::string group = ",";            ///< between groups; empty: none
  unsigned first_group = 3;           ///< digits of the group before the mark
  unsigned other_groups = 3;          ///< of those before that: 2 in India
  unsigned least_grouped = 1;         ///< digits that must stand before the first group: 2 in Spain (1234 but 12.345)
  unsigned decimals = 0;              ///< exactly so many
  std::string prefix = {};            ///< "€"
  std::string suffix = {};            ///< "%"
  std::string negative_prefix = "-";  ///< of a number below zero, in place of `prefix`: "-€"
  std::string negative_suffix = {};   ///< and in place of `suffix`
  char32_t zero = U'0';               ///< the first of the ten digits
  friend bool operator==(const NumberStyle&, const NumberStyle&) = default;
};

/// Appends the number, rounded to the style's decimals. A value that rounds to zero is written as one that is not
/// below zero. Allocates only when `out` must grow.
void append_number(std::string& out, const Decimal& number, const NumberStyle& style);

/// Appends text whose ASCII digits become those that begin at `zero`.
void append_digits(std::string& out, std::string_view digits, char32_t zero);

}  // namespace platen::worker
