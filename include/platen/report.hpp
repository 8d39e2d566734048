// What a report looks like and what data it is made from: the decoded, checked request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace platen {

// --- The data --------------------------------------------------------------------------------------

enum class DataFormat { csv, ndjson };
enum class Encoding { utf8, utf16le, utf16be, windows1252 };

/// How to read the data. What is absent is detected from the first bytes.
struct DataSpec {
  std::optional<DataFormat> format;
  std::optional<char> delimiter;
  std::optional<Encoding> encoding;
  std::optional<char> decimal;        ///< '.' or ','
  std::optional<std::string> upload;  ///< an upload's id as the client gave it
  /// Inline rows, as the JSON text of one array of objects; empty when the data is an upload.
  std::string rows;
};

// --- The report ------------------------------------------------------------------------------------

enum class CellFormat { text, integer, decimal, currency, percent, date, boolean };
enum class Align { left, center, right };
/// What to do with text that is wider than its column.
enum class Overflow { ellipsis, wrap };
enum class Aggregate { sum, average, count, min, max };

/// A column of a table. `format` and `align` are inferred where absent.
struct Column {
  std::string field;
  std::string label;  ///< empty: the field's name
  std::optional<CellFormat> format;
  std::string currency;                   ///< ISO 4217; only with CellFormat::currency
  std::optional<std::uint32_t> decimals;  ///< digits after the decimal point, 0 to 10
  std::optional<Align> align;
  std::optional<double> width_mm;
  Overflow overflow = Overflow::ellipsis;
  std::optional<Aggregate> total;
};

struct TableSection {
  std::vector<Column> columns;  ///< empty: every field of the data
  bool zebra = true;
};
struct HeadingSection {
  std::string text;
  std::uint32_t level = 1;  ///< 1 to 3
};
struct TextSection {
  std::string text;
};
struct PageBreakSection {};

using Section = std::variant<HeadingSection, TextSection, TableSection, PageBreakSection>;

enum class PageSize { a3, a4, a5, letter, legal };
enum class Orientation { portrait, landscape };

struct PageSpec {
  PageSize size = PageSize::a4;
  Orientation orientation = Orientation::landscape;
  double margin_mm = 15;  ///< 5 to 60
};

struct Theme {
  std::string font = "DejaVu Sans";
  double size_pt = 8;              ///< 5 to 24
  std::string accent = "#1f6feb";  ///< #rrggbb
};

/// What to do with a row that does not fit: fail the job, or leave the row out and count it.
enum class OnBadRow { fail, skip };

struct ReportSpec {
  std::string title;
  std::string subtitle;
  std::string author;
  PageSpec page;
  Theme theme;
  std::vector<Section> sections;  ///< empty: one table of all columns
  OnBadRow on_bad_row = OnBadRow::fail;
};

/// Report and data together: what a renderer draws.
struct RenderSpec {
  ReportSpec report;
  DataSpec data;
};

}  // namespace platen
