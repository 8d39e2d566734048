// Draws one table's rows.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "platen/error.hpp"
#include "worker/draw/scan.hpp"
#include "worker/draw/sheet.hpp"
#include "worker/draw/table.hpp"
#include "worker/layout/flow.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// Owns: a source of the table's rows. Borrows: the rest. Threads: one.
class TablePainter {
 public:
  /// The sheets of a page, one for each strip of the table.
  using Sheets = std::span<const std::unique_ptr<Sheet>>;

  [[nodiscard]] static Result<std::unique_ptr<TablePainter>> open(const Setting& setting, const Style& style,
                                                                  const Table& table);
  TablePainter(const Setting& setting, const Style& style, const Table& table, TableSource source);

  /// Draws an item of the table, each strip's columns on its sheet.
  [[nodiscard]] Result<void> draw(const Item& item, Sheets sheets);

 private:
  void draw_labels(const Item& item, Sheets sheets);
  [[nodiscard]] Result<void> draw_row(const Item& item, Sheets sheets);
  void draw_cell(Sheet& sheet, const Strip::Place& place, const Item& item);
  [[nodiscard]] Result<void> draw_group(const Item& item, Sheets sheets);
  [[nodiscard]] Result<void> draw_subtotals(const Item& item, Sheets sheets);
  void draw_totals(const Item& item, Sheets sheets, std::span<const std::string> texts, std::string_view name);
  void draw_empty(const Item& item, Sheet& sheet);
  [[nodiscard]] Area across(const Strip& strip, double y, double height) const {
    return {strip.left, y, strip.right - strip.left, height};
  }

  const Table& table_;
  const Palette& palette_;
  const Frame& frame_;
  TableSource source_;
  TableReader reader_;
  std::vector<std::string> totals_;
  std::string group_;
};

}  // namespace platen::worker
