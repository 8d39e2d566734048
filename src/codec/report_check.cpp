#include "codec/report_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "codec/fields.hpp"

namespace platen::codec {

namespace {

constexpr std::size_t most_sections = 200;
constexpr std::size_t most_columns = 200;
constexpr TextRule short_text{.least = 1, .most = 300};
constexpr TextRule optional_text{.least = 0, .most = 300};
constexpr TextRule long_text{.least = 1, .most = 20'000, .lines = TextRule::Lines::many};
constexpr NumberRule margin_range{5, 60, "mm"};
constexpr NumberRule size_range{5, 24, "pt"};
constexpr NumberRule width_range{3, 1000, "mm"};
constexpr NumberRule decimals_range{0, 10, ""};
constexpr NumberRule level_range{1, 3, ""};

template <class E, std::size_t N>
using Table = std::array<std::pair<std::string_view, E>, N>;

constexpr Table<PageSize, 5> page_sizes{{{"A3", PageSize::a3},
                                         {"A4", PageSize::a4},
                                         {"A5", PageSize::a5},
                                         {"Letter", PageSize::letter},
                                         {"Legal", PageSize::legal}}};
constexpr Table<Orientation, 2> orientations{
    {{"portrait", Orientation::portrait}, {"landscape", Orientation::landscape}}};
constexpr Table<CellFormat, 7> cell_formats{{{"text", CellFormat::text},
                                             {"integer", CellFormat::integer},
                                             {"decimal", CellFormat::decimal},
                                             {"currency", CellFormat::currency},
                                             {"percent", CellFormat::percent},
                                             {"date", CellFormat::date},
                                             {"boolean", CellFormat::boolean}}};
constexpr Table<Align, 3> alignments{{{"left", Align::left}, {"center", Align::center}, {"right", Align::right}}};
constexpr Table<Overflow, 2> overflows{{{"ellipsis", Overflow::ellipsis}, {"wrap", Overflow::wrap}}};
constexpr Table<Aggregate, 5> aggregates{{{"sum", Aggregate::sum},
                                          {"average", Aggregate::average},
                                          {"count", Aggregate::count},
                                          {"min", Aggregate::min},
                                          {"max", Aggregate::max}}};
constexpr Table<OnBadRow, 2> bad_row_rules{{{"fail", OnBadRow::fail}, {"skip", OnBadRow::skip}}};

bool is_number(CellFormat format) {
  return format == CellFormat::integer || format == CellFormat::decimal || format == CellFormat::currency ||
         format == CellFormat::percent;
}

bool is_currency_code(std::string_view code) {
  return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_colour(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         text.substr(1).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// The rules that take two members of a column.
void check_column_pairs(const Column& column, Fields& fields) {
  const bool is_currency = column.format == CellFormat::currency;
  if (is_currency) fields.require("currency", "a currency needs its ISO 4217 code, such as 'EUR'");
  if (!column.currency.empty() && !is_currency)
    fields.complain("currency", "This goes only with \"format\": \"currency\".");
  if (column.decimals && column.format && (!is_number(*column.format) || column.format == CellFormat::integer))
    fields.complain("decimals", "This goes only with the formats 'decimal', 'currency' and 'percent'.");
  const bool adds = column.total == Aggregate::sum || column.total == Aggregate::average;
  if (adds && column.format && !is_number(*column.format))
    fields.complain("total", "Only numbers can be added: use 'count', 'min' or 'max', or another format.");
}

Column check_column(const Json& value, const std::string& pointer, Problems& problems) {
  Fields fields(value, pointer, problems);
  Column column;
  column.field = fields.take_text("field", short_text).value_or("");
  if (value.is_object()) fields.require("field", "the name of the data's field that this column shows");
  column.label = fields.take_text("label", optional_text).value_or("");
  column.format = fields.take_choice<CellFormat>("format", cell_formats);
  if (const auto code = fields.take_text("currency", short_text)) {
    if (is_currency_code(*code))
      column.currency = *code;
    else
      fields.complain("currency", "This must be an ISO 4217 code: three capital letters, such as 'EUR'.");
  }
  if (const auto decimals = fields.take_integer("decimals", decimals_range))
    column.decimals = static_cast<std::uint32_t>(*decimals);
  column.align = fields.take_choice<Align>("align", alignments);
  column.width_mm = fields.take_number("width_mm", width_range);
  column.overflow = fields.take_choice<Overflow>("overflow", overflows).value_or(column.overflow);
  column.total = fields.take_choice<Aggregate>("total", aggregates);
  check_column_pairs(column, fields);
  fields.finish();
  return column;
}

Section check_table(Fields& fields) {
  TableSection table;
  if (const Json* const columns = fields.take_array("columns", most_columns)) {
    for (std::size_t i = 0; i < columns->size(); ++i)
      table.columns.push_back(check_column((*columns)[i], pointer_to(fields.pointer("columns"), i), fields.problems()));
  }
  table.zebra = fields.take_flag("zebra").value_or(table.zebra);
  return table;
}

Section check_heading(Fields& fields) {
  HeadingSection heading;
  heading.text = fields.take_text("text", short_text).value_or("");
  fields.require("text", "the heading's words");
  if (const auto level = fields.take_integer("level", level_range)) heading.level = static_cast<std::uint32_t>(*level);
  return heading;
}

Section check_text(Fields& fields) {
  TextSection section{fields.take_text("text", long_text).value_or("")};
  fields.require("text", "the words");
  return section;
}

Section check_page_break(Fields&) { return PageBreakSection{}; }

using CheckSection = Section (*)(Fields&);
constexpr Table<CheckSection, 4> section_types{
    {{"heading", check_heading}, {"text", check_text}, {"table", check_table}, {"page_break", check_page_break}}};

Section check_section(const Json& value, std::string pointer, Problems& problems) {
  Fields fields(value, std::move(pointer), problems);
  const auto check = fields.take_choice<CheckSection>("type", section_types);
  if (value.is_object()) fields.require("type", "'heading', 'text', 'table' or 'page_break'");
  if (!check) return PageBreakSection{};  // of what type is not known, and so neither are its fields
  Section section = (*check)(fields);
  fields.finish();
  return section;
}

PageSpec check_page(const Json& value, Problems& problems) {
  Fields fields(value, "/report/page", problems);
  PageSpec page;
  page.size = fields.take_choice<PageSize>("size", page_sizes).value_or(page.size);
  page.orientation = fields.take_choice<Orientation>("orientation", orientations).value_or(page.orientation);
  if (const auto margin = fields.take_number("margin_mm", margin_range))
    page.margin = {*margin, *margin, *margin, *margin};
  fields.finish();
  return page;
}

Theme check_theme(const Json& value, Problems& problems) {
  Fields fields(value, "/report/theme", problems);
  Theme theme;
  theme.font = fields.take_text("font", {.least = 1, .most = 100}).value_or(theme.font);
  theme.size_pt = fields.take_number("size_pt", size_range).value_or(theme.size_pt);
  theme.accent = fields.take_text("accent", short_text).value_or(theme.accent);
  if (!is_colour(theme.accent)) fields.complain("accent", "This must be a colour such as '#1f6feb'.");
  fields.finish();
  return theme;
}

}  // namespace

ReportSpec check_report(const Json& value, Problems& problems) {
  Fields fields(value, "/report", problems);
  ReportSpec report;
  report.title = fields.take_text("title", short_text).value_or("");
  if (value.is_object()) fields.require("title", "every report has one");
  if (!report.title.empty() && report.title.find_first_not_of(' ') == std::string::npos)
    fields.complain("title", "This must not be empty.");
  report.subtitle = fields.take_text("subtitle", optional_text).value_or("");
  report.author = fields.take_text("author", optional_text).value_or("");
  if (const Json* const page = fields.take("page")) report.page = check_page(*page, problems);
  if (const Json* const theme = fields.take("theme")) report.theme = check_theme(*theme, problems);
  if (const Json* const sections = fields.take_array("sections", most_sections)) {
    for (std::size_t i = 0; i < sections->size(); ++i)
      report.sections.push_back(check_section((*sections)[i], pointer_to("/report/sections", i), problems));
  }
  report.on_bad_row = fields.take_choice<OnBadRow>("on_bad_row", bad_row_rules).value_or(report.on_bad_row);
  fields.finish();
  return report;
}

}  // namespace platen::codec
