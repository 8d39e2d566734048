#include "worker/draw/table_painter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "worker/data/cell.hpp"

namespace platen::worker {

namespace {

constexpr double thin_pt = 0.4;
constexpr double table_rule_pt = 0.75;

double baseline_in(double line, double size) { return line / 2 + 0.36 * size; }

}  // namespace

Result<std::unique_ptr<TablePainter>> TablePainter::open(const Setting& setting, const Style& style,
                                                         const Table& table) {
  auto source = table.source.open();
  if (!source) return fail(std::move(source).error());
  return std::make_unique<TablePainter>(setting, style, table, *std::move(source));
}

TablePainter::TablePainter(const Setting& setting, const Style& style, const Table& table, TableSource source)
    : table_(table),
      palette_(style.palette),
      frame_(style.frame),
      source_(std::move(source)),
      reader_(table, source_.rows(), setting.report.on_bad_row) {}

Result<void> TablePainter::draw(const Item& item, Sheets sheets) {
  switch (item.kind) {
    case Item::Kind::labels: draw_labels(item, sheets); return {};
    case Item::Kind::row: return draw_row(item, sheets);
    case Item::Kind::group: return draw_group(item, sheets);
    case Item::Kind::subtotals: return draw_subtotals(item, sheets);
    case Item::Kind::totals: {
      totals_.clear();
      for (const TableColumn& column : table_.columns) totals_.push_back(column.total);
      draw_totals(item, sheets, totals_, "Total");
      return {};
    }
    case Item::Kind::empty: draw_empty(item, *sheets.front()); return {};
    case Item::Kind::table_end:
      for (std::size_t i = 0; i < sheets.size(); ++i)
        sheets[i]->fill(palette_.accent, across(table_.strips[i], item.y - table_rule_pt / 2, table_rule_pt));
      return {};
    case Item::Kind::solid:
    case Item::Kind::line: break;
  }
  return fail(Errc::internal, "a table has no such item");
}

void TablePainter::draw_labels(const Item& item, Sheets sheets) {
  const Pen pen{table_.bold, palette_.on_accent};
  const double baseline = item.y + baseline_in(item.height, table_.metrics.text);
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    Sheet& sheet = *sheets[i];
    sheet.fill(palette_.accent, across(table_.strips[i], item.y, item.height));
    if (item.is_continued) {
      sheet.begin_artifact();
    } else {
      sheet.open_tag("Table", 1);
      sheet.open_tag("TR", 2);
    }
    for (const Strip::Place& place : table_.strips[i].places) {
      const TableColumn& column = table_.columns[place.column];
      TextBox box = table_.box(column);
      box.max_lines = 1;
      if (!item.is_continued) sheet.begin_tag("TH", 3);
      sheet.text(pen, table_.plan[place.column].label, box, column.stand, place.x + table_.metrics.pad_x, baseline);
      if (!item.is_continued) sheet.end_tag();
    }
    if (item.is_continued) sheet.end_tag();
  }
}

Result<void> TablePainter::draw_row(const Item& item, Sheets sheets) {
  if (auto read = reader_.go_to(item.index); !read) return read;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const Strip& strip = table_.strips[i];
    if (!table_.zebra)
      sheets[i]->fill(palette_.hairline, across(strip, item.y + item.height - thin_pt / 2, thin_pt));
    else if (item.index % 2 == 1)
      sheets[i]->fill(palette_.stripe, across(strip, item.y, item.height));
    sheets[i]->open_tag("TR", 2);
    for (const Strip::Place& place : strip.places) draw_cell(*sheets[i], place, item);
  }
  return {};
}

void TablePainter::draw_cell(Sheet& sheet, const Strip::Place& place, const Item& item) {
  const TableColumn& column = table_.columns[place.column];
  Pen pen{table_.face, palette_.ink};
  if (const std::size_t look = look_of(table_.plan[place.column], reader_.values()[place.column]); look != 0) {
    const LookPaint& paint = column.looks[look - 1];
    if (paint.background)
      sheet.fill(*paint.background, {place.x, item.y, column.width, item.height}, Sheet::Layer::cell);
    pen.colour = paint.colour.value_or(pen.colour);
    if (paint.bold) pen.face = table_.bold;
  }
  sheet.begin_tag("TD", 3);
  sheet.text(pen, reader_.text(place.column), table_.box(column), column.stand, place.x + table_.metrics.pad_x,
             item.y + table_.baseline(), column.squeeze);
  sheet.end_tag();
}

Result<void> TablePainter::draw_group(const Item& item, Sheets sheets) {
  if (auto read = reader_.go_to(item.index); !read) return read;
  group_.clear();
  append_value(group_, reader_.values().back(), table_.group_plan());
  if (group_.empty()) group_ = "–";
  const std::string text =
      fmt::format("{}: {}{}", table_.group_plan().label, group_, item.is_continued ? " (continued)" : "");
  const double baseline = item.y + baseline_in(item.height, table_.metrics.text) + 0.1 * table_.metrics.text;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const Strip& strip = table_.strips[i];
    Sheet& sheet = *sheets[i];
    sheet.fill(palette_.total, across(strip, item.y, item.height));
    if (item.is_continued) {
      sheet.begin_artifact();
    } else {
      sheet.open_tag("TR", 2);
      sheet.begin_tag("TD", 3);
    }
    sheet.text({table_.bold, palette_.heading}, text, {strip.right - strip.left - 2 * table_.metrics.pad_x, 1, 0},
               Stand::left, strip.left + table_.metrics.pad_x, baseline);
    sheet.end_tag();
  }
  return {};
}

Result<void> TablePainter::draw_subtotals(const Item& item, Sheets sheets) {
  if (auto read = reader_.go_to(item.index); !read) return read;
  totals_.assign(table_.columns.size(), {});
  std::size_t next = 0;
  for (std::size_t i = 0; i < table_.columns.size(); ++i) {
    if (!table_.plan[i].total) continue;
    if (auto written = reader_.running()[next++].append_to(totals_[i], table_.plan[i]); !written) return written;
  }
  group_.clear();
  append_value(group_, reader_.values().back(), table_.group_plan());
  draw_totals(item, sheets, totals_, fmt::format("Total {}", group_.empty() ? "–" : group_));
  return {};
}

void TablePainter::draw_totals(const Item& item, Sheets sheets, std::span<const std::string> texts,
                               std::string_view name) {
  const Pen pen{table_.bold, palette_.ink};
  const bool is_last = item.kind == Item::Kind::totals;
  const double baseline = item.y + table_.baseline();
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const Strip& strip = table_.strips[i];
    Sheet& sheet = *sheets[i];
    if (is_last) sheet.fill(palette_.total, across(strip, item.y, item.height));
    sheet.fill(is_last ? palette_.accent : palette_.quiet,
               across(strip, item.y - table_rule_pt / 2, is_last ? table_rule_pt : thin_pt));
    sheet.open_tag("TR", 2);
    for (std::size_t k = 0; k < strip.places.size(); ++k) {
      const Strip::Place& place = strip.places[k];
      const TableColumn& column = table_.columns[place.column];
      TextBox box = table_.box(column);
      box.max_lines = 1;
      std::string text = texts[place.column];
      const bool names_row = k == 0;
      if (names_row) {  // runs on over the columns without totals
        text = text.empty() ? std::string(name) : fmt::format("{}: {}", name, text);
        for (std::size_t next = 1; next < strip.places.size() && texts[strip.places[next].column].empty(); ++next)
          box.width += table_.columns[strip.places[next].column].width;
      }
      sheet.begin_tag("TD", 3);
      sheet.text(pen, text, box, names_row ? Stand::left : column.stand, place.x + table_.metrics.pad_x, baseline,
                 Squeeze::shrink);
      sheet.end_tag();
    }
  }
}

void TablePainter::draw_empty(const Item& item, Sheet& sheet) {
  const double x = frame_.left + table_.metrics.pad_x;
  const TextBox box{frame_.body_width() - table_.metrics.pad_x, 1, 0};
  sheet.begin_tag("P", 1);
  sheet.text({table_.face, palette_.quiet}, "The data has no rows.", box, Stand::left, x,
             item.y + baseline_in(item.height, table_.metrics.text));
  sheet.end_tag();
}

}  // namespace platen::worker
