// Draws the pages of a measured report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platen/error.hpp"
#include "worker/draw/document.hpp"
#include "worker/draw/pdf_file.hpp"
#include "worker/draw/sheet.hpp"
#include "worker/draw/table.hpp"
#include "worker/layout/flow.hpp"

namespace platen::worker {

/// Takes what `flow` places and draws it into a PDF, one page at a time.
/// Borrows: all that it is given. Threads: one. Memory: one page's marks.
class Painter final : public PageSink {
 public:
  struct Options {
    std::string footer;            ///< left of the page number
    std::uint64_t first_page = 0;  ///< of those drawn
  };

  Painter(const Setting& setting, const Document& document, RowSource& source, PdfFile& pdf, Options options);

  Result<void> begin_page(const PageStart& start) override;
  Result<double> row_height(std::size_t block, std::uint64_t row) override;
  Result<void> place(const Item& item) override;
  Result<void> end_page() override;

  [[nodiscard]] std::uint64_t pages_drawn() const noexcept { return page_ - options_.first_page; }
  [[nodiscard]] std::uint64_t missing_glyphs() const noexcept { return sheet_.missing_glyphs(); }

 private:
  void draw_title(const TitlePart& part, double y);
  void draw_heading(const HeadingPart& part, double y);
  void draw_line(const TextLine& line, const Pen& pen, double baseline);
  [[nodiscard]] Result<void> draw_table_item(const Item& item, const Table& table);
  void draw_labels(const Table& table, const Item& item);
  [[nodiscard]] Result<void> draw_row(const Table& table, const Item& item);
  void draw_totals(const Table& table, const Item& item);
  void draw_empty(const Table& table, const Item& item);
  void draw_footer();
  [[nodiscard]] Pen pen(Weight weight, double size, const Rgb& colour);
  /// The reader of a block's table; begins a pass when it is another block than before.
  [[nodiscard]] TableReader& reader(std::size_t block, const Table& table);

  const Setting& setting_;
  const Document& document_;
  const Frame& frame_;
  const Palette& palette_;
  const Metrics& metrics_;
  RowSource& source_;
  PdfFile& pdf_;
  Options options_;
  Sheet sheet_;
  std::optional<TableReader> reader_;
  std::size_t reader_block_ = 0;
  std::uint64_t page_;  ///< the one under way, counted from 0
};

}  // namespace platen::worker
