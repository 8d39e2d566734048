// The first pass over the data: what its tables hold, how wide they are, where their rows lie.
#pragma once

#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/survey.hpp"
#include "worker/draw/fonts.hpp"
#include "worker/draw/progress.hpp"
#include "worker/draw/report_data.hpp"
#include "worker/draw/table.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// What every step of a report needs; all borrowed.
struct Setting {
  const ReportSpec& report;
  const Style& style;
  Fonts& fonts;
  ProgressMeter& progress;
};

/// Reads all rows once to learn the kinds of the columns. The share of the work is the caller's to begin.
[[nodiscard]] Result<Survey> survey_rows(ReportData& data, const DataSpec& spec, ProgressMeter& progress);

/// Reads all rows once for one table: every cell is read as its column says (a bad one is an error naming its row and
/// column, or leaves its row out), measured and added up; row positions are marked. `pointer` is the table's place in
/// the request.
[[nodiscard]] Result<Table> scan_table(const Setting& setting, const TableSection& section, ReportData& data,
                                       const Survey& survey, std::string_view pointer);

}  // namespace platen::worker
