#include "worker/draw/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "worker/data/sort_rows.hpp"
#include "worker/draw/table_scan.hpp"
#include "worker/layout/columns.hpp"

namespace platen::worker {

namespace {

Stand stand_of(Align align) {
  switch (align) {
    case Align::left: return Stand::left;
    case Align::center: return Stand::center;
    case Align::right: return Stand::right;
  }
  return Stand::left;
}

bool is_rigid(const ColumnPlan& plan) { return plan.format != CellFormat::text && plan.overflow == Overflow::ellipsis; }

Result<std::vector<LookPaint>> paints_of(const ColumnPlan& plan) {
  std::vector<LookPaint> paints;
  for (const CellLook& look : plan.looks.looks()) {
    LookPaint paint{{}, {}, look.bold};
    for (const auto& [text, colour] : {std::pair(&look.color, &paint.colour), {&look.background, &paint.background}}) {
      if (text->empty()) continue;
      auto parsed = parse_colour(*text);
      if (!parsed) return fail(std::move(parsed).error());
      *colour = *parsed;
    }
    // What nobody could read is drawn in the ink that can be read on it.
    if (paint.background)
      paint.colour = readable_on(*paint.background, paint.colour.value_or(Palette{}.ink));
    else if (paint.colour)
      paint.colour = readable_on(Rgb{1, 1, 1}, *paint.colour);
    paints.push_back(paint);
  }
  return paints;
}

/// The most lines that a row of the table may have: what fits a page below the labels and above the totals.
std::size_t most_lines_of(const Table& table, const Frame& frame) {
  const double other_rows = table.is_grouped() ? 3 : 1;  // a group's name, its totals, all totals
  const double room = frame.body_height() - table.metrics.labels_height() - other_rows * table.metrics.row_height(1);
  constexpr double most = 255;
  return static_cast<std::size_t>(std::clamp((room - 2 * table.metrics.pad_y) / table.metrics.line, 1.0, most));
}

/// The table as far as its columns say, its cells in the report's size.
Result<Table> planned_table(const Setting& setting, const TableSection& section, const SurveyedRows& surveyed,
                            std::string_view pointer) {
  auto plan = plan_columns(section, surveyed.fields, surveyed.survey, setting.locale, pointer);
  if (!plan) return fail(std::move(plan).error());
  if (plan->size() > max_table_columns)
    return fail(Error{Errc::invalid_report,
                      fmt::format("The data has {} columns; a table shows up to {}. Name those to show.", plan->size(),
                                  max_table_columns),
                      {{fmt::format("{}/columns", pointer), "name the columns to show"}}});
  Table table;
  table.plan = *std::move(plan);
  table.zebra = section.zebra;
  for (const ColumnPlan& column : table.plan) {
    const bool wraps = column.overflow == Overflow::wrap;
    auto paints = paints_of(column);
    if (!paints) return fail(std::move(paints).error());
    table.columns.push_back({0,
                             stand_of(column.align),
                             wraps,
                             column.overflow == Overflow::shrink ? Squeeze::shrink : Squeeze::ellipsis,
                             {},
                             *std::move(paints)});
    table.wraps = table.wraps || wraps;
    table.totals = table.totals || column.total.has_value();
  }
  if (!section.group_by.empty()) {
    auto group = plan_group(section, surveyed.fields, surveyed.survey, setting.locale, pointer);
    if (!group) return fail(std::move(group).error());
    group->total.reset();
    table.plan.push_back(*std::move(group));
  }
  const double size = setting.style.metrics.text;
  table.metrics = setting.style.metrics;
  table.face = {setting.faces.regular, size};
  table.bold = {setting.faces.bold, size};
  return table;
}

/// Gives the columns their widths and places.
void settle_widths(const Setting& setting, const TableSection& section, Table& table,
                   std::vector<ColumnExtent> extents) {
  const Frame& frame = setting.style.frame;
  const ColumnWidths shared = share_widths(extents, frame.body_width(), setting.style.metrics, section.key_columns);
  for (std::size_t i = 0; i < table.columns.size(); ++i) table.columns[i].width = shared.width_pt[i];
  for (const std::vector<std::size_t>& columns : shared.strips) {
    Strip strip{{}, frame.left, frame.left};
    for (const std::size_t column : columns) {
      strip.places.push_back({column, strip.right});
      strip.right += table.columns[column].width;
    }
    table.strips.push_back(std::move(strip));
  }
  table.metrics = scaled_cells(setting.style.metrics, shared.text_pt);
  table.face.size = table.bold.size = shared.text_pt;
  table.most_lines = most_lines_of(table, frame);
}

/// Puts the chunks of a scan together as they come.
class Gathering {
 public:
  Gathering(const Setting& setting, Table& table) : setting_(setting), table_(table), totals_(new_totals(table.plan)) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const ColumnPlan& plan = table.plan[i];
      ColumnExtent extent;
      extent.rigid = is_rigid(plan);
      extent.label = width_of(plan.label);
      if (plan.width_mm) extent.given_pt = *plan.width_mm * points_per_mm;
      extents_.push_back(std::move(extent));
    }
  }

  void add(ScannedChunk chunk) {
    for (std::size_t i = 0; i < extents_.size(); ++i) extents_[i].cells.merge(chunk.widths[i]);
    for (std::size_t i = 0; i < totals_.size(); ++i) totals_[i].merge(chunk.totals[i]);
    if (table_.is_grouped() && chunk.rows > 0) add_groups(chunk);
    for (Mark& mark : chunk.marks) {
      mark.row += table_.rows;
      table_.marks.push_back(std::move(mark));
    }
    table_.rows += chunk.rows;
    table_.skipped_rows += chunk.skipped_rows;
  }

  /// Settles the totals; answers the columns' extents.
  Result<std::vector<ColumnExtent>> finish() {
    std::size_t next = 0;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      if (!table_.plan[i].total) continue;
      std::string& text = table_.columns[i].total;
      if (auto written = totals_[next++].append_to(text, table_.plan[i]); !written)
        return fail(std::move(written).error());
      extents_[i].total = width_of(text);
    }
    return std::move(extents_);
  }

 private:
  /// A chunk does not know whether its first group began before it.
  void add_groups(ScannedChunk& chunk) {
    const bool goes_on = table_.rows > 0 && chunk.groups.front().name == last_group_;
    const std::uint64_t first_end = chunk.groups.size() > 1 ? chunk.groups[1].row : chunk.rows;
    if (goes_on) {
      for (Mark& mark : chunk.marks)
        if (mark.row < first_end || (mark.row == first_end && chunk.groups.size() == 1))
          for (std::size_t i = 0; i < mark.running.size(); ++i) mark.running[i].merge(running_[i]);
    }
    for (std::size_t i = goes_on ? 1 : 0; i < chunk.groups.size(); ++i) {
      table_.group_starts.push_back(table_.rows + chunk.groups[i].row);
      if (table_.group_names.size() < most_named_groups) table_.group_names.push_back(chunk.groups[i].name);
    }
    if (goes_on && chunk.groups.size() == 1)
      for (std::size_t i = 0; i < running_.size(); ++i) running_[i].merge(chunk.running[i]);
    else
      running_ = std::move(chunk.running);
    last_group_ = std::move(chunk.groups.back().name);
  }

  double width_of(std::string_view text) {
    const Face::Run run = table_.bold.measure(text, setting_.style.frame.body_width());
    return run.fast ? run.width : setting_.fonts.shaper().width(text, table_.bold);
  }

  const Setting& setting_;
  Table& table_;
  std::vector<ColumnExtent> extents_;
  std::vector<Total> totals_;
  std::vector<Total> running_;  ///< of the group that the last chunk ended in
  std::string last_group_;
};

/// Puts the rows into the order that the table asks for.
Result<void> sort_table(const Setting& setting, const TableSection& section, const ReportData& data,
                        const SurveyedRows& surveyed, std::string_view pointer, Table& table) {
  auto plan = plan_sort(section, table.plan, surveyed.fields, surveyed.survey, setting.locale, pointer);
  if (!plan) return fail(std::move(plan).error());
  auto source = table.source.open();
  if (!source) return fail(std::move(source).error());
  setting.progress.begin(Pass::sort);
  const auto all = static_cast<double>(std::max<std::uint64_t>(surveyed.rows, 1));
  auto order = sort_rows(
      source->rows(), *plan, setting.locale,
      {.on_bad_row = setting.report.on_bad_row, .scratch = setting.scratch, .on_step = [&](std::uint64_t steps) {
         return setting.progress.at(static_cast<double>(steps) / (2 * all), steps / 2, 0);
       }});
  if (!order) return fail(std::move(order).error());
  table.skipped_rows = order->skipped_rows();
  table.source.sort(*std::move(order));
  data.expect_any_order();
  return {};
}

/// Where the chunks of a table's rows begin.
std::vector<Position> chunks_of(const Table& table, const SurveyedRows& surveyed) {
  if (table.source.order() == nullptr) return surveyed.chunks;
  std::vector<Position> chunks;
  for (std::uint64_t row = 0; row == 0 || row < table.source.order()->size(); row += rows_a_chunk)
    chunks.push_back({row, row + 1, row + 1});
  return chunks;
}

/// Counts the lines of every row; the widths of the columns are known by now.
Result<void> count_lines(const Setting& setting, Table& table) {
  constexpr std::uint64_t marks_a_turn = rows_a_chunk / rows_a_mark;
  setting.progress.begin(Pass::wrap);
  table.row_lines.reserve(table.rows);
  return run_in_order<std::vector<std::uint8_t>>(
      {(table.marks.size() + marks_a_turn - 1) / marks_a_turn, setting.threads,
       [&](std::uint64_t turn, unsigned thread) -> Result<std::vector<std::uint8_t>> {
         const std::uint64_t first = table.marks[turn * marks_a_turn].row;
         const std::uint64_t after = (turn + 1) * marks_a_turn;
         const std::uint64_t last = after < table.marks.size() ? table.marks[after].row : table.rows;
         return lines_of_rows(table, setting.report.on_bad_row, setting.fonts.shaper(thread), first, last);
       },
       [&](std::uint64_t, const std::vector<std::uint8_t>& lines) -> Result<void> {
         table.row_lines.insert(table.row_lines.end(), lines.begin(), lines.end());
         return setting.progress.at(static_cast<double>(table.row_lines.size()) / static_cast<double>(table.rows),
                                    table.row_lines.size(), 0);
       },
       [&] { return setting.progress.again(); }});
}

}  // namespace

Result<SurveyedRows> survey_rows(const ReportData& data, const DataSpec& spec, ProgressMeter& progress) {
  auto source = data.source();
  if (!source) return fail(std::move(source).error());
  SurveyedRows surveyed{Survey(spec.decimal, likely_decimal_mark(data.dialect())), {}, {}, 0, 0};
  Row row;
  for (std::uint64_t read = 0;; ++read) {
    if (read % rows_a_chunk == 0) surveyed.chunks.push_back((*source)->position());
    const auto found = (*source)->next(row);
    if (!found) return fail(found.error());
    if (!*found) break;
    surveyed.survey.add(row);
    if (auto told = progress.at(data.fraction_before((*source)->position()), read, 0); !told)
      return fail(std::move(told).error());
  }
  surveyed.fields = (*source)->columns();
  surveyed.rows = surveyed.survey.rows();
  surveyed.replaced = (*source)->replaced();
  return surveyed;
}

Result<Table> scan_table(const Setting& setting, const TableSection& section, const ReportData& data,
                         const SurveyedRows& surveyed, std::string_view pointer) {
  auto planned = planned_table(setting, section, surveyed, pointer);
  if (!planned) return planned;
  Table& table = *planned;
  table.source = RowsOfTable(data, surveyed.fields);
  if (!section.sort_by.empty())
    if (auto sorted = sort_table(setting, section, data, surveyed, pointer, table); !sorted)
      return fail(std::move(sorted).error());
  setting.progress.begin(Pass::measure);
  Gathering gathering(setting, table);
  const std::vector<Position> chunks = chunks_of(table, surveyed);
  const ChunkScan scan{setting, table, chunks};
  auto scanned =
      run_in_order<ScannedChunk>({chunks.size(), setting.threads,
                                  [&](std::uint64_t chunk, unsigned thread) { return scan_chunk(scan, chunk, thread); },
                                  [&](std::uint64_t index, ScannedChunk chunk) -> Result<void> {
                                    gathering.add(std::move(chunk));
                                    const double done =
                                        static_cast<double>(index + 1) / static_cast<double>(chunks.size());
                                    return setting.progress.at(done, table.rows, 0);
                                  },
                                  [&] { return setting.progress.again(); }});
  if (!scanned) return fail(std::move(scanned).error());
  auto extents = gathering.finish();
  if (!extents) return fail(std::move(extents).error());
  settle_widths(setting, section, table, *std::move(extents));
  if (table.wraps && table.rows > 0)
    if (auto counted = count_lines(setting, table); !counted) return fail(std::move(counted).error());
  return planned;
}

}  // namespace platen::worker
