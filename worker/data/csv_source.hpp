// Rows of a CSV text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/csv_tokenizer.hpp"
#include "worker/data/open_rows.hpp"
#include "worker/data/row_source.hpp"
#include "worker/data/text_reader.hpp"

namespace platen::worker {

/// The first record that is not blank is the header; blank lines anywhere are left out. A row with another number of
/// fields, or with text after a closing quote, is a bad row.
class CsvSource final : public RowSource {
 public:
  /// Reads the header.
  [[nodiscard]] static Result<std::unique_ptr<CsvSource>> open(std::string_view bytes, const Dialect& dialect,
                                                               OnBadRow on_bad_row);
  /// Without its header still; see `open`.
  CsvSource(std::string_view bytes, const Dialect& dialect, OnBadRow on_bad_row);

  [[nodiscard]] const std::vector<std::string>& columns() const noexcept override { return columns_; }
  [[nodiscard]] Result<bool> next(Row& row) override;
  [[nodiscard]] Position position() const noexcept override;
  void seek(const Position& position) override;
  void rewind() override { seek(first_row_); }
  [[nodiscard]] std::uint64_t skipped_rows() const noexcept override { return skipped_; }
  [[nodiscard]] std::uint64_t replaced() const noexcept override { return replaced_ + reader_.replaced(); }

 private:
  [[nodiscard]] Result<void> read_header();
  /// The next record that is not blank, or false at the end.
  [[nodiscard]] Result<bool> read_record();
  [[nodiscard]] Error fatal(CsvOutcome outcome) const;
  /// Puts the record's fields into `row`, those that are not clean by way of `scratch_`.
  void fill(Row& row);
  [[nodiscard]] std::string_view cleaned(const CsvField& field);

  OnBadRow on_bad_row_;
  TextReader reader_;
  CsvTokenizer tokenizer_;
  std::vector<std::string> columns_;
  Position first_row_;
  std::uint64_t row_number_ = 1;  // of the next record; 0 while the header is read
  std::uint64_t line_ = 1;        // where the window begins
  std::size_t unread_bytes_ = 0;  // of the last record, whose cells are still in use
  std::size_t unread_lines_ = 0;
  std::uint64_t record_line_ = 1;  // where the last record began
  bool stray_text_ = false;        // in the last record
  std::string scratch_;
  std::string unquoted_;
  std::uint64_t skipped_ = 0;
  std::uint64_t replaced_ = 0;
};

}  // namespace platen::worker
