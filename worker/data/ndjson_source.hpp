// Rows of NDJSON: one flat JSON object a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/json_row.hpp"
#include "worker/data/open_rows.hpp"
#include "worker/data/row_source.hpp"
#include "worker/data/text_reader.hpp"

namespace platen::worker {

/// A line that is not a flat object is a bad row; one of white space only is left out. Fields that are not among
/// given columns are passed over; without any given, each new field becomes a column.
class NdjsonSource final : public RowSource {
 public:
  NdjsonSource(std::string_view bytes, Encoding encoding, OpenOptions options);

  [[nodiscard]] const std::vector<std::string>& columns() const noexcept override { return columns_; }
  [[nodiscard]] Result<bool> next(Row& row) override;
  [[nodiscard]] Position position() const noexcept override;
  void seek(const Position& position) override;
  void rewind() override { seek(first_row_); }
  [[nodiscard]] std::uint64_t skipped_rows() const noexcept override { return skipped_; }
  [[nodiscard]] std::uint64_t replaced() const noexcept override { return replaced_ + reader_.replaced(); }

 private:
  /// The next line that is not blank into `line_text_`, or false at the end.
  [[nodiscard]] Result<bool> read_line();
  /// Decodes it into `row`; a complaint leaves no new columns behind.
  [[nodiscard]] std::optional<std::string> decode(std::string_view line, Row& row);
  [[nodiscard]] std::optional<std::string> put(const JsonMember& member, Row& row);
  /// The column of a field, mostly the one after the last; `columns_.size()` if it has none.
  [[nodiscard]] std::size_t column_of(std::string_view field, Row& row);
  /// Puts the text into `scratch_` as a cell may have it.
  [[nodiscard]] std::string_view cleaned(std::string_view text);

  OnBadRow on_bad_row_;
  bool takes_all_;
  TextReader reader_;
  std::vector<std::string> columns_;
  std::unordered_map<std::string, std::size_t> indices_;
  Position first_row_;
  std::uint64_t row_number_ = 1;
  std::uint64_t line_ = 1;  // where the window begins
  std::size_t unread_bytes_ = 0;
  std::string_view line_text_;
  std::string repaired_;
  JsonRowReader json_;
  std::string scratch_;                          // texts that were not clean; the row's cells view into it
  std::vector<std::uint64_t> filled_;            // of each column the last row that had it, counted by `rows_decoded_`
  std::unordered_set<std::string> passed_over_;  // the row's fields that are no column's
  std::uint64_t rows_decoded_ = 0;
  std::size_t expected_ = 0;  // the column of the next field, if rows have theirs in the same order
  std::uint64_t skipped_ = 0;
  std::uint64_t replaced_ = 0;
};

}  // namespace platen::worker
