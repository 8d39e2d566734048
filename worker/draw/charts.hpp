// The numbers of a report's charts, from its data.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/draw/report_data.hpp"
#include "worker/draw/scan.hpp"
#include "worker/figures/chart_data.hpp"

namespace platen::worker {

/// Reads all rows once for all charts that are made of them; what they show, by the index of their section. Errors as
/// ChartCollector has them; a bad row fails the report or is left out of the chart, as the report says.
[[nodiscard]] Result<std::map<std::size_t, ChartData>> collect_charts(const Setting& setting,
                                                                      const std::vector<Section>& sections,
                                                                      const ReportData& data,
                                                                      const SurveyedRows& surveyed);

}  // namespace platen::worker
