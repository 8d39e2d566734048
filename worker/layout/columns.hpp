// How wide the columns of a table are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platen/error.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// How wide the texts of one column are, learnt one at a time, in constant memory. Units: points.
class Widths {
 public:
  void add(double width_pt) noexcept;
  void merge(const Widths& other) noexcept;
  [[nodiscard]] double widest() const noexcept { return widest_; }
  /// A width that `share` (0 to 1) of the texts do not exceed, to within `step_pt`.
  [[nodiscard]] double quantile(double share) const noexcept;

 private:
  static constexpr double step_pt = 4;
  std::array<std::uint32_t, 256> counts_{};  ///< by width in steps; the last one holds all wider ones
  std::uint64_t total_ = 0;
  double widest_ = 0;
};

/// What decides a column's width. Units: points, at the size in which the texts were measured.
struct ColumnExtent {
  Widths cells;
  double label = 0;
  double total = 0;                ///< of the totals row's cell
  bool rigid = false;              ///< numbers, dates: cutting one off misleads
  std::optional<double> given_pt;  ///< with its padding
};

/// The widths, padding included, the size of the text that they hold, and which of them stand side by side.
struct ColumnWidths {
  std::vector<double> width_pt;
  double text_pt = 8;
  /// Columns, by index, of each page's width; one strip where all fit.
  std::vector<std::vector<std::size_t>> strips;
};

/// The smallest text that a table shrinks to before it is split.
inline constexpr double least_text_pt = 5;

/// Divides a page's width among the columns.
/// - All have room: each gets what its widest text needs, and spare width is handed out in proportion, up to a point:
///   a table of two short columns does not spread over a whole page.
/// - They do not: rigid columns keep what they need; the others share the rest, the widest giving way first, down to
///   a readable least; what does not fit its column wraps or ends in an ellipsis.
/// - The table's text shrinks by up to a fifth where that shows more of the texts, and to `least_text_pt` where it
///   keeps rigid columns whole.
/// - Past that it is split into strips, each a page wide, that all begin with the first `key_columns`; no column is
///   wider than half a page then.
[[nodiscard]] ColumnWidths share_widths(const std::vector<ColumnExtent>& columns, double available_pt,
                                        const Metrics& metrics, std::size_t key_columns);

}  // namespace platen::worker
