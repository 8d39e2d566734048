// The data of a report, opened.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/input.hpp"
#include "worker/data/open_rows.hpp"
#include "worker/data/row_source.hpp"

namespace platen::worker {

/// Owns: the bytes. Threads: any number may read; each has a source of its own.
class ReportData {
 public:
  /// `file` is the upload, borrowed for the call; null: the rows are in the spec. `invalid_report` where neither is.
  [[nodiscard]] static Result<ReportData> open(const RenderSpec& spec, const Fd* file);

  /// A source at the first row. `columns`: of JSON rows, read just these; empty: all that come.
  [[nodiscard]] Result<std::unique_ptr<RowSource>> source(std::vector<std::string> columns = {}) const;
  /// From here on rows are read in another order than they lie in.
  void expect_any_order() const noexcept { input_->expect_any_order(); }
  [[nodiscard]] const Dialect& dialect() const noexcept { return dialect_; }
  /// Of all the data that lies before a position; 0 to 1.
  [[nodiscard]] double fraction_before(const Position& position) const noexcept;
  /// The data as it came; for inline rows, one object a line.
  [[nodiscard]] std::string_view bytes() const noexcept { return input_->bytes(); }

 private:
  ReportData(std::unique_ptr<Input> input, const Dialect& dialect, OnBadRow on_bad_row)
      : input_(std::move(input)), dialect_(dialect), on_bad_row_(on_bad_row) {}

  std::unique_ptr<Input> input_;  ///< sources borrow its bytes, so it must stay where it is
  Dialect dialect_;
  OnBadRow on_bad_row_;
};

}  // namespace platen::worker
