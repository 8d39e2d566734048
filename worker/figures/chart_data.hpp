// The numbers behind a chart: given in the request, or put together from the data's rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/column_plan.hpp"
#include "worker/data/row_source.hpp"
#include "worker/figures/chart_keys.hpp"
#include "worker/figures/chart_measure.hpp"

namespace platen::worker {

/// What a chart shows. A value.
struct ChartData {
  struct Series {
    std::string label;
    std::vector<std::optional<double>> values = {};  ///< one for each label; nullopt: nothing is known there
  };
  std::vector<std::string> labels;  ///< along x
  std::vector<Series> series;
  NumberStyle numbers;              ///< how values are written; its decimals are the most that a value has
  bool is_ordered = false;          ///< x are numbers or dates: leaving out some of their labels hides nothing
  bool has_rest_of_labels = false;  ///< the last one is "Other"
  bool has_rest_of_series = false;
};

/// What is known of the data; all borrowed.
struct SurveyedFields {
  const std::vector<std::string>& names;
  const Survey& survey;
  const Locale& locale;
};

/// The chart of the request's own numbers. `numbers`: how the report writes plain ones.
[[nodiscard]] ChartData inline_chart(const ChartSection& chart, const NumberStyle& numbers);

/// Plans the columns that a chart of the data reads: x, `split_by` if there is one, and each measure's field if it has
/// one. A field that a table of the report shows too is read as there. `pointer` is the chart's place in the request.
/// `invalid_report` for a field that the data does not have, or whose kind does not allow its measure.
[[nodiscard]] Result<std::vector<ColumnPlan>> plan_chart(const ChartSection& chart, const ReportSpec& report,
                                                         const SurveyedFields& data, std::string_view pointer);

/// What a chart is made of at most: more is a field badly chosen, and would fill the memory.
inline constexpr std::size_t max_chart_keys = 10'000;
inline constexpr std::size_t max_chart_series = 1'000;
inline constexpr std::size_t max_chart_cells = 200'000;
inline constexpr std::size_t max_chart_label_bytes = 4 << 20;
/// More series than that cannot be told apart: the smaller ones become one.
inline constexpr std::size_t max_series_shown = 11;

/// Puts one chart together from rows, in one pass. Sums are exact.
///
/// Along x, numbers and dates are in their order, texts in that of their first row (in a pie the largest is first).
/// Where there are more than `limit`, dates become days, months, quarters or years; of others the largest (by the first
/// measure, over all series) stay and the rest is "Other".
/// Threads: one. Memory: bounded by the limits above.
class ChartCollector {
 public:
  /// `plans` are those of `plan_chart`, in that order; `pointer` is the chart's place in the request.
  ChartCollector(const ChartSection& chart, std::vector<ColumnPlan> plans, std::string pointer);
  ChartCollector(const ChartCollector&) = delete;
  ChartCollector& operator=(const ChartCollector&) = delete;

  /// Errors: `bad_data` names row and column of a value that cannot be read: nothing of that row is in the chart.
  /// `invalid_report` for a field of too many values.
  [[nodiscard]] Result<void> add(const Row& row);
  /// A row that has been read: a value for each plan.
  [[nodiscard]] Result<void> add(std::span<const Value> values);
  /// Adds what a collector of the same chart has from the rows that follow: the result is as if this one had read them.
  [[nodiscard]] Result<void> merge(const ChartCollector& later);
  /// Of all rows so far. `bad_data` for a sum of too many digits.
  [[nodiscard]] Result<ChartData> data() const;

 private:
  using Cell = std::pair<std::uint32_t, std::uint32_t>;  ///< keys of x and of the series
  using Cells = std::map<Cell, ChartMeasure>;

  [[nodiscard]] Result<void> make_room();
  [[nodiscard]] tl::unexpected<Error> too_many(std::size_t plan, std::string_view member) const;
  [[nodiscard]] ChartData::Series blank_series(std::string label, std::size_t size) const;
  [[nodiscard]] NumberStyle number_style() const;
  [[nodiscard]] std::string measure_label(const ChartSection::Measure& measure) const;

  ChartSection chart_;
  std::vector<ColumnPlan> plans_;
  std::string pointer_;
  std::vector<std::size_t> plan_of_measure_;  ///< no_field: it counts rows
  std::vector<Value> values_;                 ///< of the row under way, one for each plan
  ChartKeys x_;
  std::optional<ChartKeys> series_;  ///< with `split_by`; else the measures are the series
  Cells cells_;
};

}  // namespace platen::worker
