#include <fmt/format.h>

#include <algorithm>

#include "codec/report_parts.hpp"

namespace platen::codec {

namespace {

using Kind = ChartSection::Kind;

constexpr std::size_t most_labels = 100;
constexpr std::size_t most_series = 12;
constexpr TextRule label_text{.least = 1, .most = 100};
constexpr TextRule optional_label{.least = 0, .most = 100};
constexpr NumberRule value_range{-1e15, 1e15, ""};  // sums of them keep their digits
constexpr NumberRule limit_range{1, 100, ""};
constexpr NumberRule height_range{30, 250, "mm"};

constexpr Table<Kind, 4> kinds{
    {{"bar", Kind::bar}, {"line", Kind::line}, {"pie", Kind::pie}, {"stacked", Kind::stacked}}};

// --- Of the data ------------------------------------------------------------------------------------

ChartSection::Measure check_measure(const Json& value, std::string pointer, Problems& problems) {
  Fields fields(value, std::move(pointer), problems);
  ChartSection::Measure measure;
  std::size_t given = 0;
  for (const auto& [name, aggregate] : aggregates) {
    const auto field = fields.take_text(name, short_text);
    if (fields.has(name)) ++given;
    if (!field) continue;
    measure.aggregate = aggregate;
    measure.field = *field;
    if (*field != "*") continue;
    measure.field.clear();
    if (aggregate != Aggregate::count) fields.complain(name, "Only 'count' takes '*', for all rows: name a field.");
  }
  measure.label = fields.take_text("label", optional_label).value_or("");
  fields.finish();
  if (value.is_object() && given != 1)
    problems.add(fields.pointer(),
                 "This must have exactly one of 'sum', 'average', 'count', 'min' and 'max', such as "
                 "{\"sum\": \"total\"} or {\"count\": \"*\"}.");
  return measure;
}

std::vector<ChartSection::Measure> check_measures(Fields& fields) {
  const Json* const value = fields.take("y");
  if (value == nullptr) return {};
  if (!value->is_array()) return {check_measure(*value, fields.pointer("y"), fields.problems())};
  std::vector<ChartSection::Measure> measures;
  const Json* const list = fields.take_array("y", most_series);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
    measures.push_back(check_measure((*list)[i], pointer_to(fields.pointer("y"), i), fields.problems()));
  if (value->empty()) fields.complain("y", "This must not be empty.");
  return measures;
}

// --- Inline -----------------------------------------------------------------------------------------

/// A value of a series; `kind` says whether it may be negative.
double check_value(const Json& value, std::string pointer, Kind kind, Problems& problems) {
  if (auto misfit = number_misfit(value, value_range)) {
    problems.add(std::move(pointer), std::move(*misfit));
    return 0;
  }
  const auto number = value.get<double>();
  if (kind == Kind::pie && number < 0) problems.add(std::move(pointer), "A pie has no negative parts.");
  return number;
}

/// `labels` and `series`.
void check_series(Fields& fields, ChartSection& chart) {
  Problems& problems = fields.problems();
  const Json* const labels = fields.take_array("labels", most_labels);
  for (std::size_t i = 0; labels != nullptr && i < labels->size(); ++i) {
    const Json& label = (*labels)[i];
    if (auto misfit = text_misfit(label, label_text))
      problems.add(pointer_to(fields.pointer("labels"), i), std::move(*misfit));
    else
      chart.labels.push_back(label.get<std::string>());
  }
  const Json* const all = fields.take_array("series", most_series);
  for (std::size_t i = 0; all != nullptr && i < all->size(); ++i) {
    const Json& object = (*all)[i];
    Fields one(object, pointer_to(fields.pointer("series"), i), problems);
    ChartSection::Series series;
    series.label = one.take_text("label", optional_label).value_or("");
    const Json* const values = one.take_array("values", most_labels);
    for (std::size_t j = 0; values != nullptr && j < values->size(); ++j)
      series.values.push_back(check_value((*values)[j], pointer_to(one.pointer("values"), j), chart.kind, problems));
    if (values != nullptr && labels != nullptr && values->size() != labels->size())
      one.complain("values",
                   fmt::format("This has {} values, but there are {} labels.", values->size(), labels->size()));
    if (object.is_object()) {
      one.require("values", "a number for each label");
      if (all->size() > 1) one.require("label", "several series are told apart by their labels");
    }
    one.finish();
    chart.series.push_back(std::move(series));
  }
  if (labels != nullptr && labels->empty()) fields.complain("labels", "This must not be empty.");
  if (all != nullptr && all->empty()) fields.complain("series", "This must not be empty.");
}

/// `values`: one series, without a name, and its labels.
void check_values(Fields& fields, ChartSection& chart) {
  const Json* const values = fields.take_array("values", most_labels);
  if (values == nullptr) return;
  ChartSection::Series series;
  for (std::size_t i = 0; i < values->size(); ++i) {
    const Json& object = (*values)[i];
    Fields one(object, pointer_to(fields.pointer("values"), i), fields.problems());
    chart.labels.push_back(one.take_text("label", label_text).value_or(""));
    const Json* const value = one.take("value");
    series.values.push_back(
        value == nullptr ? 0 : check_value(*value, one.pointer("value"), chart.kind, fields.problems()));
    if (object.is_object()) {
      one.require("label", "what the value is of");
      one.require("value", "a number");
    }
    one.finish();
  }
  chart.series.push_back(std::move(series));
  if (values->empty()) fields.complain("values", "This must not be empty.");
}

// --- What goes with what ----------------------------------------------------------------------------

bool has_any(const Fields& fields, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return fields.has(name); });
}

void check_source(const ChartSection& chart, Fields& fields) {
  const bool of_data = has_any(fields, {"x", "y", "split_by", "limit"});
  const bool in_series = has_any(fields, {"labels", "series"});
  const bool in_values = fields.has("values");
  if (of_data + in_series + in_values > 1)
    return fields.problems().add(fields.pointer(),
                                 "A chart has its values either from the data ('x' and 'y'), or in "
                                 "'values', or in 'labels' and 'series': give one of these.");
  if (of_data) {
    fields.require("x", "the field whose values stand along the chart");
    fields.require("y", "what is shown for each x, such as {\"sum\": \"total\"} or {\"count\": \"*\"}");
  } else if (in_series) {
    fields.require("labels", "one for each value of a series");
    fields.require("series", "such as [{\"values\": [1, 2]}], with a value for each label");
  } else if (!in_values) {
    fields.problems().add(fields.pointer(),
                          "A chart needs values: 'x' and 'y' of the data, or 'values', or 'labels' "
                          "and 'series'.");
  }
  if (fields.has("split_by") && chart.measures.size() > 1)
    fields.complain("split_by", "This goes only with one measure in 'y'.");
}

void check_pie(const ChartSection& chart, Fields& fields) {
  constexpr std::string_view one_series = "A pie shows one series: give one, or another kind of chart.";
  if (fields.has("split_by")) fields.complain("split_by", std::string(one_series));
  if (chart.measures.size() > 1) fields.complain("y", std::string(one_series));
  if (chart.series.size() > 1) fields.complain("series", std::string(one_series));
}

}  // namespace

Section check_chart(Fields& fields) {
  ChartSection chart;
  chart.kind = fields.take_choice<Kind>("kind", kinds).value_or(chart.kind);
  chart.title = fields.take_text("title", optional_text).value_or("");
  chart.alt = fields.take_text("alt", alt_text).value_or("");
  chart.x = fields.take_text("x", short_text).value_or("");
  chart.measures = check_measures(fields);
  chart.split_by = fields.take_text("split_by", short_text).value_or("");
  check_series(fields, chart);
  check_values(fields, chart);
  chart.limit = take_count(fields, "limit", limit_range).value_or(chart.limit);
  chart.legend = fields.take_flag("legend").value_or(chart.legend);
  chart.height_mm = fields.take_number("height_mm", height_range).value_or(chart.height_mm);
  check_source(chart, fields);
  if (chart.kind == Kind::pie) check_pie(chart, fields);
  return chart;
}

}  // namespace platen::codec
