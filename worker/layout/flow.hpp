// Which things stand on which page, and where: the one place that breaks pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "platen/error.hpp"

namespace platen::worker {

/// A part of a report, as far as breaking pages goes. Units: points.
struct Block {
  enum class Kind {
    solid,      ///< stands on one page whole: a title, a heading
    lines,      ///< a text, broken between its lines
    table,      ///< broken between rows; its labels stand above the first row of every page
    page_break  ///< the next block begins a page; nothing where one has just begun or nothing follows
  };
  Kind kind = Kind::solid;
  double space_before = 0;  ///< left out at the top of a page
  double height = 0;        ///< of a solid
  bool keeps_next = false;  ///< of a solid: stands on the page of what follows
  std::uint64_t count = 0;  ///< of lines or rows
  double item_height = 0;   ///< of a line or row; of rows that differ, what each has besides its lines
  double line_height = 0;   ///< of a line in a row
  /// How many lines each row has; empty: rows are alike, and `item_height` is all of it. Borrowed.
  std::span<const std::uint8_t> row_lines = {};
  /// The rows that begin a group, in order, the first row among them; empty: none. Borrowed.
  std::span<const std::uint64_t> group_starts = {};
  double group_height = 0;      ///< of the row that names a group
  double subtotals_height = 0;  ///< of a group's totals; 0: it has none
  double labels_height = 0;     ///< of a table's label row
  double totals_height = 0;     ///< of a table's totals row; 0: it has none
  double empty_height = 0;      ///< of what a table without rows says
};

/// Where a page begins: the first item of it, within its block.
struct PageStart {
  std::uint64_t item = 0;
  std::uint32_t block = 0;
  friend bool operator==(const PageStart&, const PageStart&) = default;
};

/// One thing in its place on the page under way.
struct Item {
  /// `group` stands above the row `index`, `subtotals` below it.
  enum class Kind { solid, line, labels, group, row, subtotals, totals, empty, table_end };
  Kind kind = Kind::solid;
  std::size_t block = 0;
  std::uint64_t index = 0;  ///< of the line or row
  double y = 0;             ///< of its upper edge
  double height = 0;
  bool is_continued = false;  ///< of labels and groups: what they name began on a page before
};

/// Takes what `flow` places. A port: one counts pages, one draws them.
class PageSink {
 public:
  virtual ~PageSink() = default;
  [[nodiscard]] virtual Result<void> begin_page(const PageStart& start) = 0;
  [[nodiscard]] virtual Result<void> place(const Item& item) = 0;
  [[nodiscard]] virtual Result<void> end_page() = 0;
};

/// The body of every page.
struct Body {
  double top = 0;
  double bottom = 0;
};

/// Lays out blocks from `start` on, at most `pages` pages. From the start of any page it goes on exactly as it did
/// when it began at the first, so that any range of pages can be drawn alone. There is always at least one page.
[[nodiscard]] Result<void> flow(const std::vector<Block>& blocks, const Body& body, const PageStart& start,
                                std::uint64_t pages, PageSink& sink);

inline constexpr std::uint64_t all_pages = ~std::uint64_t{0};

}  // namespace platen::worker
