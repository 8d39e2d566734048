// The data of a report, opened.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/input.hpp"
#include "worker/data/open_rows.hpp"
#include "worker/data/row_source.hpp"

namespace platen::worker {

/// Owns: the bytes and a source over them. Threads: one.
class ReportData {
 public:
  /// `file` is the upload, borrowed for the call; null: the rows are in the spec. `invalid_report` where neither is.
  [[nodiscard]] static Result<ReportData> open(const RenderSpec& spec, const Fd* file);

  [[nodiscard]] RowSource& rows() noexcept { return *rows_; }
  [[nodiscard]] const Dialect& dialect() const noexcept { return dialect_; }
  /// Of all the data that lies before the source's position; 0 to 1.
  [[nodiscard]] double fraction_read() const noexcept;

 private:
  ReportData(std::unique_ptr<Input> input, const Dialect& dialect, std::unique_ptr<RowSource> rows)
      : input_(std::move(input)), dialect_(dialect), rows_(std::move(rows)) {}

  std::unique_ptr<Input> input_;  ///< the source borrows its bytes, so it must stay where it is
  Dialect dialect_;
  std::unique_ptr<RowSource> rows_;
};

}  // namespace platen::worker
