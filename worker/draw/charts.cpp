#include "worker/draw/charts.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/in_order.hpp"

namespace platen::worker {

namespace {

/// Collectors of all charts, in one chunk of the rows.
struct ChunkCharts {
  std::vector<std::unique_ptr<ChartCollector>> collectors;
};

/// A chart of the data, planned.
struct PlannedChart {
  const ChartSection* chart = nullptr;
  std::size_t section = 0;
  std::vector<ColumnPlan> plans;

  [[nodiscard]] std::unique_ptr<ChartCollector> collector() const {
    return std::make_unique<ChartCollector>(*chart, plans, fmt::format("/report/sections/{}", section));
  }
};

Result<std::vector<PlannedChart>> plan_charts(const Setting& setting, const std::vector<Section>& sections,
                                              const SurveyedRows& surveyed) {
  std::vector<PlannedChart> planned;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto* const chart = std::get_if<ChartSection>(&sections[i]);
    if (chart == nullptr || chart->x.empty()) continue;
    auto plans = plan_chart(*chart, setting.report, {surveyed.fields, surveyed.survey, setting.locale},
                            fmt::format("/report/sections/{}", i));
    if (!plans) return fail(std::move(plans).error());
    planned.push_back({chart, i, *std::move(plans)});
  }
  return planned;
}

Result<void> read_chunk(const Setting& setting, const ReportData& data, const SurveyedRows& surveyed,
                        std::uint64_t chunk, ChunkCharts& charts) {
  auto source = data.source(surveyed.fields);
  if (!source) return fail(std::move(source).error());
  (*source)->seek(surveyed.chunks[chunk]);
  const bool is_last = chunk + 1 == surveyed.chunks.size();
  Row row;
  while (is_last || (*source)->position().offset < surveyed.chunks[chunk + 1].offset) {
    const auto found = (*source)->next(row);
    if (!found) return fail(found.error());
    // Where bad rows are left out, the next one may be another chunk's.
    if (!*found || (!is_last && row.number >= surveyed.chunks[chunk + 1].row)) break;
    for (const auto& collector : charts.collectors) {
      auto added = collector->add(row);
      const bool may_go_on =
          added || (setting.report.on_bad_row == OnBadRow::skip && added.error().code == Errc::bad_data);
      if (!may_go_on) return fail(std::move(added).error());
    }
  }
  return {};
}

}  // namespace

Result<std::map<std::size_t, ChartData>> collect_charts(const Setting& setting, const std::vector<Section>& sections,
                                                        const ReportData& data, const SurveyedRows& surveyed) {
  const auto planned = plan_charts(setting, sections, surveyed);
  if (!planned) return fail(planned.error());
  const auto new_collectors = [&] {
    ChunkCharts charts;
    for (const PlannedChart& chart : *planned) charts.collectors.push_back(chart.collector());
    return charts;
  };
  const ChunkCharts whole = new_collectors();
  const auto chunks = static_cast<double>(surveyed.chunks.size());
  auto collected = run_in_order<ChunkCharts>(
      {surveyed.chunks.size(), setting.threads,
       [&](std::uint64_t chunk, unsigned) -> Result<ChunkCharts> {
         ChunkCharts charts = new_collectors();
         if (auto read = read_chunk(setting, data, surveyed, chunk, charts); !read)
           return fail(std::move(read).error());
         return charts;
       },
       [&](std::uint64_t index, const ChunkCharts& charts) -> Result<void> {
         for (std::size_t i = 0; i < whole.collectors.size(); ++i)
           if (auto merged = whole.collectors[i]->merge(*charts.collectors[i]); !merged) return merged;
         return setting.progress.at(static_cast<double>(index + 1) / chunks, index * rows_a_chunk, 0);
       },
       [&] { return setting.progress.again(); }});
  if (!collected) return fail(std::move(collected).error());
  std::map<std::size_t, ChartData> charts;
  for (std::size_t i = 0; i < planned->size(); ++i) {
    auto shown = whole.collectors[i]->data();
    if (!shown) return fail(std::move(shown).error());
    charts.emplace((*planned)[i].section, *std::move(shown));
  }
  return charts;
}

}  // namespace platen::worker
