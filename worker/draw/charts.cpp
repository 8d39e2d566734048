#include "worker/draw/charts.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace platen::worker {

namespace {

Result<std::unique_ptr<ChartCollector>> collector_of(const Setting& setting, const ChartSection& chart,
                                                     const SurveyedRows& surveyed, const std::string& pointer) {
  const TableSection fields{.columns = chart_columns(chart, setting.report)};
  auto plans = plan_columns(fields, surveyed.fields, surveyed.survey, setting.locale, pointer);
  if (!plans) {
    Error error = std::move(plans).error();
    for (FieldError& field : error.fields) field.pointer = pointer;  // a chart has no columns of its own
    return fail(std::move(error));
  }
  return std::make_unique<ChartCollector>(chart, *std::move(plans), pointer);
}

}  // namespace

Result<std::map<std::size_t, ChartData>> collect_charts(const Setting& setting, const std::vector<Section>& sections,
                                                        const ReportData& data, const SurveyedRows& surveyed) {
  std::map<std::size_t, std::unique_ptr<ChartCollector>> collectors;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto* const chart = std::get_if<ChartSection>(&sections[i]);
    if (chart == nullptr || chart->x.empty()) continue;
    auto collector = collector_of(setting, *chart, surveyed, fmt::format("/report/sections/{}", i));
    if (!collector) return fail(std::move(collector).error());
    collectors.emplace(i, *std::move(collector));
  }
  auto source = data.source(surveyed.fields);
  if (!source) return fail(std::move(source).error());
  Row row;
  for (std::uint64_t read = 0;; ++read) {
    const auto found = (*source)->next(row);
    if (!found) return fail(found.error());
    if (!*found) break;
    for (const auto& [section, collector] : collectors) {
      auto added = collector->add(row);
      const bool may_go_on =
          added || (setting.report.on_bad_row == OnBadRow::skip && added.error().code == Errc::bad_data);
      if (!may_go_on) return fail(std::move(added).error());
    }
    if (auto told = setting.progress.at(data.fraction_before((*source)->position()), read, 0); !told)
      return fail(std::move(told).error());
  }
  std::map<std::size_t, ChartData> charts;
  for (const auto& [section, collector] : collectors) {
    auto shown = collector->data();
    if (!shown) return fail(std::move(shown).error());
    charts.emplace(section, *std::move(shown));
  }
  return charts;
}

}  // namespace platen::worker
