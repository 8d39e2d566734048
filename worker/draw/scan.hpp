// The first passes over the data: what its tables hold, how wide they are, where their rows lie.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/locale.hpp"
#include "worker/data/survey.hpp"
#include "worker/draw/fonts.hpp"
#include "worker/draw/progress.hpp"
#include "worker/draw/report_data.hpp"
#include "worker/draw/table.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// Of the data's own columns, where the table names none; a request names no more.
inline constexpr std::size_t max_table_columns = 200;

/// What every step of a report needs; all borrowed.
struct Setting {
  const ReportSpec& report;
  const Style& style;
  const Locale& locale;
  Fonts& fonts;
  const Typefaces& faces;
  ProgressMeter& progress;
  const Fd* scratch = nullptr;  ///< for what does not fit in memory; null: memory only
  unsigned threads = 1;
};

/// What reading all rows once tells.
struct SurveyedRows {
  Survey survey;
  std::vector<std::string> fields;  ///< the data's, all of them
  std::vector<Position> chunks;     ///< where every `rows_a_chunk`th row begins
  std::uint64_t rows = 0;           ///< bad ones included
  std::uint64_t replaced = 0;
};

/// Threads take the rows in chunks of so many.
inline constexpr std::uint64_t rows_a_chunk = 16 * rows_a_mark;

/// Reads all rows once to learn the kinds of the columns. The share of the work is the caller's to begin.
[[nodiscard]] Result<SurveyedRows> survey_rows(const ReportData& data, const DataSpec& spec, ProgressMeter& progress);

/// Reads all rows once for one table: every cell is read as its column says (a bad one is an error naming its row and
/// column, or leaves its row out), measured and added up; row positions are marked, groups found. Where columns wrap,
/// reads them once more to count every row's lines. `pointer` is the table's place in the request.
[[nodiscard]] Result<Table> scan_table(const Setting& setting, const TableSection& section, const ReportData& data,
                                       const SurveyedRows& surveyed, std::string_view pointer);

}  // namespace platen::worker
