#include "worker/draw/painter.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace platen::worker {

namespace {

constexpr double thin_pt = 0.4;
constexpr double table_rule_pt = 0.75;

/// From a line's upper edge to its baseline, for text of `size` whose lines are `line` apart.
double baseline_in(double line, double size) { return line / 2 + 0.36 * size; }

}  // namespace

Painter::Painter(const Setting& setting, const Document& document, RowSource& source, PdfFile& pdf, Options options)
    : setting_(setting),
      document_(document),
      frame_(document.style.frame),
      palette_(document.style.palette),
      metrics_(document.style.metrics),
      source_(source),
      pdf_(pdf),
      options_(std::move(options)),
      sheet_(setting.fonts.shaper()),
      page_(options_.first_page) {}

Pen Painter::pen(Weight weight, double size, const Rgb& colour) {
  return {&setting_.fonts.face(setting_.report.theme.font, weight, size), colour};
}

TableReader& Painter::reader(std::size_t block, const Table& table) {
  if (!reader_ || reader_block_ != block) {
    setting_.progress.begin(Stage::render, 1);
    reader_.emplace(table, source_, setting_.report.on_bad_row, setting_.fonts.shaper());
    reader_block_ = block;
  }
  return *reader_;
}

Result<void> Painter::begin_page(const PageStart& start) {
  // Both passes break pages by the same rules; if they ever differ, the page count on every page is wrong.
  if (page_ < document_.pages.size() && document_.pages[page_] == start) return {};
  return fail(Errc::internal, fmt::format("page {} begins elsewhere than when it was measured", page_ + 1));
}

Result<double> Painter::row_height(std::size_t block, std::uint64_t row) {
  TableReader& rows = reader(block, std::get<TablePart>(document_.parts[block]).table);
  if (auto read = rows.go_to(row); !read) return fail(std::move(read).error());
  return rows.height();
}

Result<void> Painter::place(const Item& item) {
  const Part& part = document_.parts[item.block];
  if (const auto* title = std::get_if<TitlePart>(&part)) {
    draw_title(*title, item.y);
  } else if (const auto* heading = std::get_if<HeadingPart>(&part)) {
    draw_heading(*heading, item.y);
  } else if (const auto* text = std::get_if<TextPart>(&part)) {
    draw_line(text->lines[item.index], pen(Weight::regular, metrics_.paragraph, palette_.ink),
              item.y + baseline_in(item.height, metrics_.paragraph));
  } else if (const auto* table = std::get_if<TablePart>(&part)) {
    return draw_table_item(item, table->table);
  }
  return {};
}

void Painter::draw_line(const TextLine& line, const Pen& line_pen, double baseline) {
  const bool leftwards = line.direction == Direction::right_to_left;
  const TextBox box{frame_.body_width(), 1, 0, line.direction};
  sheet_.text(line_pen, line.text, box, leftwards ? Stand::right : Stand::left, frame_.left, baseline);
}

void Painter::draw_title(const TitlePart& part, double y) {
  const TitleSpacing spacing = title_spacing(metrics_);
  if (!setting_.report.title.empty()) pdf_.add_outline(setting_.report.title, 0, frame_.left, y);
  for (const TextLine& line : part.title) {
    draw_line(line, pen(Weight::bold, metrics_.title, palette_.ink),
              y + baseline_in(spacing.title_line, metrics_.title));
    y += spacing.title_line;
  }
  if (!part.subtitle.empty()) y += spacing.subtitle_gap;
  for (const TextLine& line : part.subtitle) {
    draw_line(line, pen(Weight::regular, metrics_.subtitle, palette_.quiet),
              y + baseline_in(spacing.subtitle_line, metrics_.subtitle));
    y += spacing.subtitle_line;
  }
  y += spacing.facts_gap;
  draw_line({part.facts, Direction::left_to_right}, pen(Weight::regular, metrics_.meta, palette_.quiet),
            y + baseline_in(spacing.facts_line, metrics_.meta));
  y += spacing.facts_line + spacing.rule_gap;
  sheet_.fill(palette_.accent, {frame_.left, y, frame_.body_width(), spacing.rule});
}

void Painter::draw_heading(const HeadingPart& part, double y) {
  const double size = metrics_.heading[part.level];
  const double line_height = 1.3 * size;
  const std::size_t level = part.level + (setting_.report.title.empty() ? 0 : 1);
  pdf_.add_outline(std::string(part.text), level, frame_.left, y);
  for (const TextLine& line : part.lines) {
    draw_line(line, pen(Weight::bold, size, palette_.heading), y + baseline_in(line_height, size));
    y += line_height;
  }
}

Result<void> Painter::draw_table_item(const Item& item, const Table& table) {
  switch (item.kind) {
    case Item::Kind::labels: draw_labels(table, item); return {};
    case Item::Kind::row: return draw_row(table, item);
    case Item::Kind::totals: draw_totals(table, item); return {};
    case Item::Kind::empty: draw_empty(table, item); return {};
    case Item::Kind::table_end:
      sheet_.fill(palette_.accent,
                  {table.left(), item.y - table_rule_pt / 2, table.right() - table.left(), table_rule_pt});
      return {};
    case Item::Kind::solid:
    case Item::Kind::line: break;
  }
  return fail(Errc::internal, "a table has no such item");
}

void Painter::draw_labels(const Table& table, const Item& item) {
  sheet_.fill(palette_.accent, {table.left(), item.y, table.right() - table.left(), item.height});
  const Pen label_pen{table.bold, palette_.on_accent};
  const double baseline = item.y + baseline_in(item.height, table.metrics.text);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const TableColumn& column = table.columns[i];
    TextBox box = table.box(column);
    box.max_lines = 1;
    sheet_.text(label_pen, table.plan[i].label, box, column.stand, column.x + table.metrics.pad_x, baseline);
  }
}

Result<void> Painter::draw_row(const Table& table, const Item& item) {
  TableReader& rows = reader(item.block, table);
  if (auto read = rows.go_to(item.index); !read) return read;
  const double table_width = table.right() - table.left();
  if (table.zebra) {
    if (item.index % 2 == 1) sheet_.fill(palette_.stripe, {table.left(), item.y, table_width, item.height});
  } else {
    sheet_.fill(palette_.hairline, {table.left(), item.y + item.height - thin_pt / 2, table_width, thin_pt});
  }
  const Pen cell_pen{table.face, palette_.ink};
  const double baseline = item.y + table.baseline();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const TableColumn& column = table.columns[i];
    sheet_.text(cell_pen, rows.texts()[i], table.box(column), column.stand, column.x + table.metrics.pad_x, baseline);
  }
  const double done = static_cast<double>(item.index) / static_cast<double>(table.rows);
  return setting_.progress.at(done, item.index, page_);
}

void Painter::draw_totals(const Table& table, const Item& item) {
  const double table_width = table.right() - table.left();
  sheet_.fill(palette_.total, {table.left(), item.y, table_width, item.height});
  sheet_.fill(palette_.accent, {table.left(), item.y - table_rule_pt / 2, table_width, table_rule_pt});
  const Pen total_pen{table.bold, palette_.ink};
  const double baseline = item.y + table.baseline();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const TableColumn& column = table.columns[i];
    TextBox box = table.box(column);
    box.max_lines = 1;
    const bool names_row = i == 0 && column.total.empty();
    sheet_.text(total_pen, names_row ? "Total" : column.total, box, names_row ? Stand::left : column.stand,
                column.x + table.metrics.pad_x, baseline);
  }
}

void Painter::draw_empty(const Table& table, const Item& item) {
  const double x = frame_.left + table.metrics.pad_x;
  const TextBox box{frame_.body_width() - table.metrics.pad_x, 1, 0};
  sheet_.text(pen(Weight::regular, metrics_.text, palette_.quiet), "The data has no rows.", box, Stand::left, x,
              item.y + baseline_in(item.height, metrics_.text));
}

void Painter::draw_footer() {
  const Pen footer_pen = pen(Weight::regular, metrics_.footer, palette_.quiet);
  const std::string number = fmt::format("Page {} of {}", page_ + 1, document_.pages.size());
  const double gap = 2 * metrics_.footer;
  const double number_width = footer_pen.face->measure(number, frame_.body_width()).width;
  sheet_.fill(palette_.hairline, {frame_.left, frame_.footer_rule, frame_.body_width(), thin_pt});
  sheet_.text(footer_pen, options_.footer, {frame_.body_width() - number_width - gap, 1, 0}, Stand::left, frame_.left,
              frame_.footer_baseline);
  sheet_.text(footer_pen, number, {frame_.body_width(), 1, 0}, Stand::right, frame_.left, frame_.footer_baseline);
}

Result<void> Painter::end_page() {
  draw_footer();
  if (auto painted = sheet_.paint(pdf_.context()); !painted) return painted;
  ++page_;
  return pdf_.end_page();
}

}  // namespace platen::worker
