#include "worker/figures/chart_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "worker/data/cell.hpp"
#include "worker/figures/chart_axis.hpp"

namespace platen::worker {

namespace {

constexpr unsigned most_decimals = 10;
constexpr unsigned decimals_of_average = 2;

/// How many decimals a number of the request has.
unsigned decimals_of(double value) {
  for (unsigned decimals = 0; decimals < most_decimals; ++decimals) {
    const double scaled = value * std::pow(10.0, decimals);
    if (std::abs(scaled - std::round(scaled)) < 1e-9 * std::max(1.0, std::abs(scaled))) return decimals;
  }
  return most_decimals;
}

/// A field as some table of the report shows it; else only its name.
Column column_of(const std::string& field, const ReportSpec& report) {
  for (const Section& section : report.sections) {
    const auto* table = std::get_if<TableSection>(&section);
    if (table == nullptr) continue;
    for (const Column& column : table->columns) {
      if (column.field != field) continue;
      Column read = column;
      read.total.reset();
      return read;
    }
  }
  Column column;
  column.field = field;
  return column;
}

bool is_number(CellFormat format) {
  return format == CellFormat::integer || format == CellFormat::decimal || format == CellFormat::currency ||
         format == CellFormat::percent;
}

}  // namespace

ChartData inline_chart(const ChartSection& chart, const NumberStyle& numbers) {
  ChartData data;
  data.labels = chart.labels;
  data.numbers = numbers;
  data.numbers.decimals = 0;
  for (const ChartSection::Series& given : chart.series) {
    ChartData::Series series{given.label};
    series.values.assign(given.values.begin(), given.values.end());
    series.values.resize(data.labels.size());
    for (const double value : given.values) data.numbers.decimals = std::max(data.numbers.decimals, decimals_of(value));
    data.series.push_back(std::move(series));
  }
  return data;
}

Result<std::vector<ColumnPlan>> plan_chart(const ChartSection& chart, const ReportSpec& report,
                                           const SurveyedFields& data, std::string_view pointer) {
  TableSection fields;
  std::vector<std::string> members = {"/x"};  // where in the chart each field is named
  fields.columns.push_back(column_of(chart.x, report));
  if (!chart.split_by.empty()) {
    members.emplace_back("/split_by");
    fields.columns.push_back(column_of(chart.split_by, report));
  }
  const std::size_t first_measure = fields.columns.size();
  for (const ChartSection::Measure& measure : chart.measures) {
    if (measure.field.empty()) continue;
    members.emplace_back("/y");
    fields.columns.push_back(column_of(measure.field, report));
  }
  auto plans = plan_columns(fields, data.names, data.survey, data.locale, pointer);
  if (!plans) {
    Error error = std::move(plans).error();
    for (std::size_t i = members.size(); i-- > 0;)
      for (FieldError& field : error.fields)
        if (field.pointer == fmt::format("{}/columns/{}/field", pointer, i)) {
          field.pointer = pointer;
          field.pointer += members[i];
        }
    return fail(std::move(error));
  }
  std::size_t next = first_measure;
  for (const ChartSection::Measure& measure : chart.measures) {
    if (measure.field.empty()) continue;
    const ColumnPlan& plan = (*plans)[next++];
    if (measure.aggregate == Aggregate::count || is_number(plan.format) || plan.field == no_field) continue;
    const std::string text = fmt::format(
        "The chart needs numbers, and the column '{}' does not hold numbers only; count its values, or take another.",
        plan.name);
    std::string place(pointer);
    place += "/y";
    return fail(Error{Errc::invalid_report, text, {{std::move(place), text}}});
  }
  return plans;
}

ChartCollector::ChartCollector(const ChartSection& chart, std::vector<ColumnPlan> plans, std::string pointer)
    : chart_(chart),
      plans_(std::move(plans)),
      pointer_(std::move(pointer)),
      values_(plans_.size()),
      x_(plans_.front(), {max_chart_keys, max_chart_label_bytes}) {
  std::size_t next = 1;
  if (!chart_.split_by.empty())
    series_.emplace(plans_[next++], ChartKeys::Limits{max_chart_series, max_chart_label_bytes});
  for (const ChartSection::Measure& measure : chart_.measures)
    plan_of_measure_.push_back(measure.field.empty() ? no_field : next++);
}

tl::unexpected<Error> ChartCollector::too_many(std::size_t plan, std::string_view member) const {
  const std::string text = fmt::format(
      "The column '{}' has too many different values for a chart; choose one with fewer.", plans_[plan].name);
  std::string pointer = pointer_;
  pointer += member;
  return fail(Error{Errc::invalid_report, text, {{std::move(pointer), text}}});
}

Result<void> ChartCollector::make_room() {
  const auto coarser = x_.coarsen();
  if (!coarser) return too_many(0, "/x");
  Cells fewer;
  for (const auto& [cell, measure] : cells_) fewer[{(*coarser)[cell.first], cell.second}].add(measure);
  cells_ = std::move(fewer);
  return {};
}

Result<void> ChartCollector::add(const Row& row) {
  std::string fault;
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const ColumnPlan& plan = plans_[i];
    values_[i] = {};
    if (plan.field >= row.cells.size()) continue;
    const auto kind = row.kinds.empty() ? std::nullopt : std::optional(row.kinds[plan.field]);
    if (!read_cell(plan, row.cells[plan.field], kind, values_[i], fault))
      return fail(Errc::bad_data, fmt::format("{}, column '{}': {}.", name_of_row(row), plan.name, fault));
  }
  return add(values_);
}

Result<void> ChartCollector::add(std::span<const Value> values) {
  auto x = x_.key_of(values[0]);
  while (!x || cells_.size() >= max_chart_cells) {
    if (auto done = make_room(); !done) return done;
    x = x_.key_of(values[0]);
  }
  std::optional<std::uint32_t> series = 0;
  if (series_) series = series_->key_of(values[1]);
  if (!series) return too_many(1, "/split_by");
  for (std::size_t i = 0; i < chart_.measures.size(); ++i) {
    ChartMeasure& measure = cells_[{*x, *series + static_cast<std::uint32_t>(i)}];
    const std::size_t plan = plan_of_measure_[i];
    if (plan != no_field && values[plan].kind == Value::Kind::empty) continue;
    if (chart_.measures[i].aggregate == Aggregate::count)
      measure.count();
    else
      measure.add(values[plan].number);
  }
  return {};
}

Result<void> ChartCollector::merge(const ChartCollector& later) {
  while (x_.grain() < later.x_.grain())
    if (auto done = make_room(); !done) return done;
  auto x = x_.merge(later.x_);
  while (!x) {
    if (auto done = make_room(); !done) return done;
    x = x_.merge(later.x_);
  }
  std::optional<std::vector<std::uint32_t>> series;
  if (series_) {
    series = series_->merge(*later.series_);
    if (!series) return too_many(1, "/split_by");
  }
  for (const auto& [cell, measure] : later.cells_)
    cells_[{(*x)[cell.first], series ? (*series)[cell.second] : cell.second}].add(measure);
  while (cells_.size() > max_chart_cells)
    if (auto done = make_room(); !done) return done;
  return {};
}

ChartData::Series ChartCollector::blank_series(std::string label, std::size_t size) const {
  return {std::move(label), std::vector<std::optional<double>>(size)};
}

std::string ChartCollector::measure_label(const ChartSection::Measure& measure) const {
  if (!measure.label.empty()) return measure.label;
  switch (measure.aggregate) {
    case Aggregate::sum: return measure.field;
    case Aggregate::average: return fmt::format("Average {}", measure.field);
    case Aggregate::count: return measure.field.empty() ? "Count" : fmt::format("Count of {}", measure.field);
    case Aggregate::min: return fmt::format("Smallest {}", measure.field);
    case Aggregate::max: return fmt::format("Largest {}", measure.field);
  }
  return measure.field;
}

NumberStyle ChartCollector::number_style() const {
  // The first measure's; an amount's sign or a percent's only where all are such.
  std::optional<NumberStyle> common;
  unsigned decimals = 0;
  bool alike = true;
  for (std::size_t i = 0; i < plan_of_measure_.size(); ++i) {
    const bool counts = chart_.measures[i].aggregate == Aggregate::count;
    const ColumnPlan& plan = plans_[plan_of_measure_[i] == no_field ? 0 : plan_of_measure_[i]];
    NumberStyle style = plan.style;
    if (counts || !is_number(plan.format)) {
      style = without_signs(std::move(style));
      style.decimals = 0;
    } else if (chart_.measures[i].aggregate == Aggregate::average) {
      style.decimals = std::max(style.decimals, decimals_of_average);
    }
    decimals = std::max(decimals, style.decimals);
    style.decimals = 0;
    alike = alike && (!common || *common == style);
    if (!common) common = style;
  }
  NumberStyle style = common.value_or(NumberStyle{});
  if (!alike) style = without_signs(std::move(style));
  style.decimals = decimals;
  return style;
}

Result<ChartData> ChartCollector::data() const {
  const auto aggregate_of = [&](std::uint32_t series) { return chart_.measures[series_ ? 0 : series].aggregate; };
  std::vector<double> x_sizes(x_.size());
  std::vector<double> series_sizes(series_ ? series_->size() : 0);
  for (const auto& [cell, measure] : cells_) {
    const double size = measure.value(aggregate_of(cell.second)).value_or(0);
    if (series_) series_sizes[cell.second] += std::abs(size);
    if (series_ || cell.second == 0) x_sizes[cell.first] += size;
  }
  const KeyGroups x = x_.groups(x_sizes, {chart_.limit, chart_.kind == ChartSection::Kind::pie});
  const KeyGroups split = series_ ? series_->groups(series_sizes, {max_series_shown, false}) : KeyGroups{};
  Cells merged;
  for (const auto& [cell, measure] : cells_) {
    const std::uint32_t series = series_ ? split.group_of[cell.second] : cell.second;
    merged[{x.group_of[cell.first], series}].add(measure);
  }
  ChartData data;
  data.labels = x.labels;
  data.is_ordered = x.is_ordered;
  data.has_rest_of_labels = x.has_rest;
  data.has_rest_of_series = split.has_rest;
  data.numbers = number_style();
  if (series_)
    for (const std::string& label : split.labels) data.series.push_back(blank_series(label, x.labels.size()));
  else
    for (const auto& measure : chart_.measures)
      data.series.push_back(blank_series(measure_label(measure), x.labels.size()));
  for (const auto& [cell, measure] : merged) {
    if (!measure.fits()) return fail(Errc::bad_data, "A sum in a chart has more than 38 digits.");
    data.series[cell.second].values[cell.first] = measure.value(aggregate_of(cell.second));
  }
  // Where there are no rows, there is nothing to add up or count: that is a zero.
  for (std::size_t i = 0; i < data.series.size(); ++i) {
    const Aggregate aggregate = aggregate_of(static_cast<std::uint32_t>(i));
    if (aggregate != Aggregate::sum && aggregate != Aggregate::count) continue;
    for (auto& value : data.series[i].values) value = value.value_or(0);
  }
  return data;
}

}  // namespace platen::worker
