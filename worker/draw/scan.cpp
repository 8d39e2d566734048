#include "worker/draw/scan.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "worker/data/cell.hpp"
#include "worker/data/locale.hpp"
#include "worker/data/total.hpp"
#include "worker/layout/columns.hpp"

namespace platen::worker {

namespace {

/// Cells that need shaping are measured as wide as they may be, and shaped only when that would widen their column.
constexpr double widest_character_em = 1.1;

Stand stand_of(Align align) {
  switch (align) {
    case Align::left: return Stand::left;
    case Align::center: return Stand::center;
    case Align::right: return Stand::right;
  }
  return Stand::left;
}

bool is_rigid(const ColumnPlan& plan) { return plan.format != CellFormat::text && plan.overflow == Overflow::ellipsis; }

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80; }));
}

/// Measures, adds up and marks while the rows of one table go by.
class TableScan {
 public:
  TableScan(const Setting& setting, Table& table) : setting_(setting), table_(table), extents_(table.plan.size()) {
    for (std::size_t i = 0; i < table.plan.size(); ++i) {
      const ColumnPlan& plan = table.plan[i];
      extents_[i].rigid = is_rigid(plan);
      extents_[i].label = width_of(plan.label, *table.bold);
      if (plan.width_mm) extents_[i].given_pt = *plan.width_mm * points_per_mm;
      totals_.push_back(plan.total ? std::optional<Total>(*plan.total) : std::nullopt);
    }
  }

  void add_row(std::span<const Value> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const ColumnPlan& plan = table_.plan[i];
      text_.clear();
      append_value(text_, values[i], plan);
      measure(text_, extents_[i].cells);
      if (totals_[i]) totals_[i]->add(values[i]);
    }
  }

  /// Settles widths and totals. `left` and `available` are the body's.
  Result<void> finish(const Frame& frame) {
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      if (!totals_[i]) continue;
      if (auto told = totals_[i]->append_to(table_.columns[i].total, table_.plan[i]); !told)
        return fail(std::move(told).error());
      extents_[i].total = width_of(table_.columns[i].total, *table_.bold);
      table_.totals = true;
    }
    auto shared = share_widths(extents_, frame.body_width(), setting_.style.metrics);
    if (!shared) return fail(std::move(shared).error());
    double x = frame.left;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      table_.columns[i].x = x;
      table_.columns[i].width = shared->width_pt[i];
      x += shared->width_pt[i];
    }
    table_.metrics = scaled_cells(setting_.style.metrics, shared->text_pt);
    return {};
  }

 private:
  double width_of(std::string_view text, Face& face) {
    const Face::Run run = face.measure(text, no_limit_);
    return run.fast ? run.width : setting_.fonts.shaper().width(text, face);
  }

  void measure(std::string_view text, Widths& widths) {
    const Face::Run run = table_.face->measure(text, no_limit_);
    if (run.fast) return widths.add(run.width);
    const double at_most = static_cast<double>(characters_in(text)) * widest_character_em * table_.face->size();
    if (at_most <= widths.widest() || widths.widest() >= no_limit_) return widths.add(at_most);
    widths.add(setting_.fonts.shaper().width(text, *table_.face));
  }

  const Setting& setting_;
  Table& table_;
  double no_limit_ = setting_.style.frame.body_width();  // a wider cell fits no better
  std::vector<ColumnExtent> extents_;
  std::vector<std::optional<Total>> totals_;
  std::string text_;
};

/// The most lines that a row of the table may have: what fits a page below the labels and above the totals.
std::size_t most_lines_of(const Table& table, const Frame& frame) {
  const double room = frame.body_height() - table.metrics.labels_height() - table.metrics.row_height(1);
  return static_cast<std::size_t>(std::max(1.0, (room - 2 * table.metrics.pad_y) / table.metrics.line));
}

}  // namespace

Result<Survey> survey_rows(ReportData& data, const DataSpec& spec, ProgressMeter& progress) {
  Survey survey(spec.decimal, likely_decimal_mark(data.dialect()));
  RowSource& source = data.rows();
  source.rewind();
  Row row;
  for (;;) {
    const auto found = source.next(row);
    if (!found) return fail(found.error());
    if (!*found) return survey;
    survey.add(row);
    if (auto told = progress.at(data.fraction_read(), survey.rows(), 0); !told) return fail(std::move(told).error());
  }
}

Result<Table> scan_table(const Setting& setting, const TableSection& section, ReportData& data, const Survey& survey,
                         std::string_view pointer) {
  const auto locale = Locale::find(setting.report.locale);
  if (!locale) return fail(locale.error());
  auto plan = plan_columns(section, data.rows().columns(), survey, *locale, pointer);
  if (!plan) return fail(std::move(plan).error());
  const std::string& family = setting.report.theme.font;
  Table table;
  table.plan = *std::move(plan);
  table.zebra = section.zebra;
  table.face = &setting.fonts.face(family, Weight::regular, setting.style.metrics.text);
  table.bold = &setting.fonts.face(family, Weight::bold, setting.style.metrics.text);
  for (const ColumnPlan& column : table.plan) {
    const bool wraps = column.overflow == Overflow::wrap;
    table.columns.push_back({0, 0, stand_of(column.align), wraps, {}});
    table.wraps = table.wraps || wraps;
  }
  TableScan scan(setting, table);
  TypedRows rows(data.rows(), table.plan, setting.report.on_bad_row);
  rows.rewind();
  for (;; ++table.rows) {
    if (table.rows % rows_a_mark == 0) table.marks.push_back(rows.position());
    const auto found = rows.next();
    if (!found) return fail(found.error());
    if (!*found) break;
    scan.add_row(rows.values());
    if (auto told = setting.progress.at(data.fraction_read(), table.rows, 0); !told)
      return fail(std::move(told).error());
  }
  table.skipped_rows = rows.skipped_rows();
  if (auto finished = scan.finish(setting.style.frame); !finished) return fail(std::move(finished).error());
  table.face = &setting.fonts.face(family, Weight::regular, table.metrics.text);
  table.bold = &setting.fonts.face(family, Weight::bold, table.metrics.text);
  table.most_lines = most_lines_of(table, setting.style.frame);
  return table;
}

}  // namespace platen::worker
