// From bytes to a source of rows: what the data is, as its owner said or as its first bytes tell.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/row_source.hpp"

namespace platen::worker {

/// How to read the data, with nothing left open.
struct Dialect {
  DataFormat format = DataFormat::csv;
  Encoding encoding = Encoding::utf8;
  char delimiter = ',';  ///< of CSV
  friend bool operator==(const Dialect&, const Dialect&) = default;
};

/// What the spec leaves open is taken from the bytes:
/// - encoding: a byte order mark; the pattern of NULs (UTF-16); UTF-8 where the text from the first non-ASCII byte
///   on is mostly that, else Windows-1252;
/// - format: NDJSON if the text begins with `{`, else CSV. A JSON array is `bad_data` that says what to send;
/// - delimiter: of `,` `;` tab `|` the one that cuts the first records most evenly into two fields or more.
[[nodiscard]] Result<Dialect> detect_dialect(std::string_view bytes, const DataSpec& spec);

/// The decimal mark that is likely where the numbers themselves do not tell: files with semicolons come from where
/// the comma is the decimal mark.
[[nodiscard]] char likely_decimal_mark(const Dialect& dialect) noexcept;

struct OpenOptions {
  OnBadRow on_bad_row = OnBadRow::fail;
  /// NDJSON only: read just these fields, in this order. Empty: all that come, in order of appearance.
  std::vector<std::string> columns = {};
};

/// A source over `bytes`, at its first row. `bad_data` for a CSV without a usable header: empty data, a column with
/// no name, two of the same name.
[[nodiscard]] Result<std::unique_ptr<RowSource>> open_rows(std::string_view bytes, const Dialect& dialect,
                                                           OpenOptions options = {});

}  // namespace platen::worker
