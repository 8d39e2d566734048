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

// --- A table's columns ----------------------------------------------------------------------------

enum class CellFormat { text, integer, decimal, currency, percent, date, time, datetime, boolean };
enum class Align { left, center, right };
/// What to do with text that is wider than its column.
enum class Overflow { ellipsis, wrap, shrink };
enum class Aggregate { sum, average, count, min, max };
/// How dates and times stand in the data: ISO 8601; day, month, year in this or that order with any separator
/// (`31.12.2026`, `12/31/2026`); seconds or milliseconds since 1970.
enum class DateInput { iso, dmy, mdy, ymd, unix, unix_ms };
/// How they are shown: as ISO 8601, or as the locale writes them (CLDR's short, medium and long forms).
enum class DateStyle { iso, short_form, medium, long_form };
/// How a number below zero is shown: with its sign; in red too; or in parentheses, as accounts do.
enum class Negative { sign, red, parentheses };

/// A cell's look where its value meets a condition. Colours are `#rrggbb`; empty: as without the rule.
struct StyleRule {
  enum class When { below, above, equal, empty };
  When when = When::below;
  std::string value;  ///< as the data would write it, with a decimal point; unused by `empty`
  std::string color;
  std::string background;
  bool bold = false;
  friend bool operator==(const StyleRule&, const StyleRule&) = default;
};

/// A column of a table. `format` and `align` are inferred where absent.
struct Column {
  std::string field;
  std::string label;  ///< empty: the field's name
  std::optional<CellFormat> format;
  std::string currency;                   ///< ISO 4217; only with CellFormat::currency
  std::optional<std::uint32_t> decimals;  ///< digits after the decimal point, 0 to 10
  std::optional<DateInput> input;         ///< of date, time and datetime; absent: ISO 8601
  DateStyle date_style = DateStyle::iso;
  Negative negative = Negative::sign;
  std::vector<StyleRule> styles;  ///< at most 8; of those that apply, later ones win
  std::optional<Align> align;
  std::optional<double> width_mm;
  Overflow overflow = Overflow::ellipsis;
  std::optional<Aggregate> total;
  friend bool operator==(const Column&, const Column&) = default;
};

struct SortKey {
  std::string field;
  bool descending = false;

  friend bool operator==(const SortKey&, const SortKey&) = default;
};

// --- The sections ---------------------------------------------------------------------------------

struct TableSection {
  std::vector<Column> columns;  ///< empty: every field of the data
  std::string group_by;         ///< a field: runs of equal values get a header and subtotals; empty: none
  std::vector<SortKey> sort_by;
  bool zebra = true;
  /// The first columns, repeated on each page where a table is wider than a page.
  std::uint32_t key_columns = 1;

  friend bool operator==(const TableSection&, const TableSection&) = default;
};
struct HeadingSection {
  std::string text;
  std::uint32_t level = 1;  ///< 1 to 3
  friend bool operator==(const HeadingSection&, const HeadingSection&) = default;
};
/// Paragraphs in the small markup of worker/layout/markup.hpp.
struct TextSection {
  std::string text;
  friend bool operator==(const TextSection&, const TextSection&) = default;
};
struct PageBreakSection {
  friend bool operator==(const PageBreakSection&, const PageBreakSection&) = default;
};
/// A table of contents: the headings up to a level, with their pages.
struct ContentsSection {
  std::string title = "Contents";
  std::uint32_t levels = 3;  ///< 1 to 3
  friend bool operator==(const ContentsSection&, const ContentsSection&) = default;
};
struct ImageSection {
  std::string upload;  ///< an upload's id: PNG or JPEG
  std::string alt;     ///< what it shows, for those who cannot see it
  std::string caption;
  std::optional<double> width_mm;   ///< absent: its own size at 96 dots per inch, at most the page's width
  std::optional<double> height_mm;  ///< absent: in proportion
  Align align = Align::left;
  friend bool operator==(const ImageSection&, const ImageSection&) = default;
};
struct ChartSection {
  enum class Kind { bar, line, pie, stacked };
  /// Values of the data's rows, put together for each `x`.
  struct Measure {
    Aggregate aggregate = Aggregate::sum;
    std::string field;  ///< empty only for `count`: the rows themselves
    std::string label;  ///< for the legend; empty: made of the two
    friend bool operator==(const Measure&, const Measure&) = default;
  };
  /// Values given in the request, one for each of `labels`.
  struct Series {
    std::string label;
    std::vector<double> values;
    friend bool operator==(const Series&, const Series&) = default;
  };
  Kind kind = Kind::bar;
  std::string title;
  std::string alt;
  std::string x;                  ///< a field of the data; empty: inline values
  std::vector<Measure> measures;  ///< of the data: one series each
  std::string split_by;           ///< a field whose values make the series of one measure; empty: none
  std::vector<std::string> labels;
  std::vector<Series> series;
  std::uint32_t limit = 20;  ///< 1 to 100 values of x; the smaller ones of more are put together as "Other"
  bool legend = true;
  double height_mm = 70;  ///< 30 to 250
  friend bool operator==(const ChartSection&, const ChartSection&) = default;
};

using Section = std::variant<HeadingSection, TextSection, TableSection, ChartSection, ImageSection, PageBreakSection,
                             ContentsSection>;

// --- The report -----------------------------------------------------------------------------------

enum class PageSize { a3, a4, a5, letter, legal };
enum class Orientation { portrait, landscape };

/// Each 5 to 60 mm.
struct Margins {
  double top_mm = 15;
  double right_mm = 15;
  double bottom_mm = 15;
  double left_mm = 15;
  friend bool operator==(const Margins&, const Margins&) = default;
};

struct PageSpec {
  PageSize size = PageSize::a4;
  Orientation orientation = Orientation::landscape;
  Margins margin;

  friend bool operator==(const PageSpec&, const PageSpec&) = default;
};

/// One line above or below every page's body. The texts may hold {title}, {subtitle}, {author}, {date}, {time}, {page}
/// and {pages}; {{ and }} stand for braces.
struct PageLine {
  std::string left;
  std::string center;
  std::string right;
  std::string logo;  ///< an upload's id, stands at the left; empty: none
  friend bool operator==(const PageLine&, const PageLine&) = default;
};

struct Theme {
  std::string font = "DejaVu Sans";
  double size_pt = 8;              ///< 5 to 24
  std::string accent = "#1f6feb";  ///< #rrggbb
  std::string text;                ///< #rrggbb; empty: nearly black. Darkened where it could not be read

  friend bool operator==(const Theme&, const Theme&) = default;
};

/// Large letters across every page, behind its contents.
struct Watermark {
  std::string text;  ///< empty: none
  std::string color = "#e2e5ea";
  friend bool operator==(const Watermark&, const Watermark&) = default;
};

/// What the PDF is besides its pages.
struct DocumentSpec {
  std::string subject;
  std::string keywords;
  std::string language = "en";  ///< BCP 47
  bool linearize = false;       ///< the first page shows before the rest has arrived
  bool attach_data = false;     ///< the data as it came lies within the file
  bool accessible = false;      ///< tagged: headings, paragraphs, tables with their header cells (ISO 14289's way)
  std::string password;         ///< to open it, AES-256; empty: none
  std::string owner_password;   ///< to change it; empty: a random one
  friend bool operator==(const DocumentSpec&, const DocumentSpec&) = default;
};

/// What to do with a row that does not fit: fail the job, or leave the row out and count it.
enum class OnBadRow { fail, skip };

struct ReportSpec {
  std::string title;
  std::string subtitle;
  std::string author;
  std::string locale;  ///< BCP 47: how numbers and dates are written; empty: numbers as the data's own, English months
  PageSpec page;
  std::optional<PageLine> header;  ///< absent: none
  std::optional<PageLine> footer;  ///< absent: title and date, and "Page N of M"
  Watermark watermark;
  Theme theme;
  DocumentSpec document;
  std::vector<Section> sections;  ///< empty: one table of all columns
  OnBadRow on_bad_row = OnBadRow::fail;

  friend bool operator==(const ReportSpec&, const ReportSpec&) = default;
};

/// Report and data together: what a renderer draws.
struct RenderSpec {
  ReportSpec report;
  DataSpec data;
};

}  // namespace platen
