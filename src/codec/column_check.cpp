#include <algorithm>

#include "codec/report_parts.hpp"

namespace platen::codec {

namespace {

constexpr std::size_t most_styles = 8;
constexpr NumberRule width_range{3, 1000, "mm"};
constexpr NumberRule decimals_range{0, 10, ""};

constexpr Table<CellFormat, 9> cell_formats{{{"text", CellFormat::text},
                                             {"integer", CellFormat::integer},
                                             {"decimal", CellFormat::decimal},
                                             {"currency", CellFormat::currency},
                                             {"percent", CellFormat::percent},
                                             {"date", CellFormat::date},
                                             {"time", CellFormat::time},
                                             {"datetime", CellFormat::datetime},
                                             {"boolean", CellFormat::boolean}}};
constexpr Table<Overflow, 3> overflows{
    {{"ellipsis", Overflow::ellipsis}, {"wrap", Overflow::wrap}, {"shrink", Overflow::shrink}}};
constexpr Table<DateInput, 6> date_inputs{{{"iso", DateInput::iso},
                                           {"dmy", DateInput::dmy},
                                           {"mdy", DateInput::mdy},
                                           {"ymd", DateInput::ymd},
                                           {"unix", DateInput::unix},
                                           {"unix_ms", DateInput::unix_ms}}};
constexpr Table<DateStyle, 4> date_styles{{{"iso", DateStyle::iso},
                                           {"short", DateStyle::short_form},
                                           {"medium", DateStyle::medium},
                                           {"long", DateStyle::long_form}}};
constexpr Table<Negative, 3> negatives{
    {{"sign", Negative::sign}, {"red", Negative::red}, {"parentheses", Negative::parentheses}}};
constexpr Table<StyleRule::When, 3> comparisons{
    {{"below", StyleRule::When::below}, {"above", StyleRule::When::above}, {"equal", StyleRule::When::equal}}};

bool is_number(CellFormat format) {
  return format == CellFormat::integer || format == CellFormat::decimal || format == CellFormat::currency ||
         format == CellFormat::percent;
}

bool is_date_or_time(CellFormat format) {
  return format == CellFormat::date || format == CellFormat::time || format == CellFormat::datetime;
}

bool is_currency_code(std::string_view code) {
  return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// A number as JSON writes it.
bool is_number_text(std::string_view text) {
  if (text.empty() || (text.front() != '-' && (text.front() < '0' || text.front() > '9'))) return false;
  return Json::parse(text, nullptr, /*allow_exceptions=*/false).is_number();
}

/// The value that cells are compared with, in the text that the data would have for it.
std::string check_compared(const Json& value, std::string_view name, std::optional<CellFormat> format, Fields& when) {
  if (value.is_number()) return dump(value);
  if (name == "equal" && value.is_boolean()) return dump(value);
  if (!value.is_string()) {
    when.complain(name, "This must be a number or a text to compare the cells with.");
  } else if (auto misfit = text_misfit(value, short_text)) {
    when.complain(name, std::move(*misfit));
  } else if (format && is_number(*format) && !is_number_text(value.get_ref<const std::string&>())) {
    when.complain(name, "This must be a number with a decimal point, as the column has numbers.");
  } else {
    return value.get<std::string>();
  }
  return {};
}

void check_when(const Json& value, StyleRule& rule, Fields& style, std::optional<CellFormat> format) {
  constexpr std::string_view forms = "{\"below\": 0}, {\"above\": 0}, {\"equal\": 0} or \"empty\"";
  if (!value.is_object()) {
    rule.when = StyleRule::When::empty;
    if (value != "empty") style.complain("when", "This must be one of " + std::string(forms) + ".");
    return;
  }
  Fields when(value, style.pointer("when"), style.problems());
  std::size_t conditions = 0;
  std::size_t known = 0;
  for (const auto& [name, comparison] : comparisons) {
    known += value.count(name);
    const Json* const compared = when.take(name);
    if (compared == nullptr) continue;
    ++conditions;
    rule.when = comparison;
    rule.value = check_compared(*compared, name, format, when);
    const bool has_order = format != CellFormat::text && format != CellFormat::boolean;
    if (comparison != StyleRule::When::equal && !has_order)
      when.complain(name, "Texts and booleans are neither below nor above: use 'equal', or another format.");
  }
  when.finish();
  if (conditions != 1 && known == value.size())
    style.complain("when", "This must have exactly one condition: " + std::string(forms) + ".");
}

StyleRule check_style(const Json& value, std::string pointer, std::optional<CellFormat> format, Problems& problems) {
  Fields fields(value, std::move(pointer), problems);
  StyleRule rule;
  if (const Json* const when = fields.take("when")) check_when(*when, rule, fields, format);
  rule.color = take_color(fields, "color").value_or("");
  rule.background = take_color(fields, "background").value_or("");
  rule.bold = fields.take_flag("bold").value_or(rule.bold);
  if (value.is_object()) {
    fields.require("when", "the condition, such as {\"below\": 0}");
    if (!fields.has("color") && !fields.has("background") && !fields.has("bold"))
      problems.add(fields.pointer(), "This changes nothing: give 'color', 'background' or 'bold'.");
  }
  fields.finish();
  return rule;
}

/// The rules that take two members of a column.
void check_pairs(const Column& column, Fields& fields) {
  const bool is_currency = column.format == CellFormat::currency;
  if (is_currency) fields.require("currency", "a currency needs its ISO 4217 code, such as 'EUR'");
  if (!column.currency.empty() && !is_currency)
    fields.complain("currency", "This goes only with \"format\": \"currency\".");
  if (column.decimals && column.format && (!is_number(*column.format) || column.format == CellFormat::integer))
    fields.complain("decimals", "This goes only with the formats 'decimal', 'currency' and 'percent'.");
  if (column.negative != Negative::sign && column.format && !is_number(*column.format))
    fields.complain("negative", "This goes only with the formats of numbers.");
  const bool adds = column.total == Aggregate::sum || column.total == Aggregate::average;
  if (adds && column.format && !is_number(*column.format))
    fields.complain("total", "Only numbers can be added: use 'count', 'min' or 'max', or another format.");
  constexpr std::string_view dates_only = "This goes only with \"format\": \"date\", \"time\" or \"datetime\".";
  const bool is_date = column.format && is_date_or_time(*column.format);
  if (column.input && !is_date) fields.complain("input", std::string(dates_only));
  if (column.date_style != DateStyle::iso && !is_date) fields.complain("date_style", std::string(dates_only));
  const bool has_day =
      column.input == DateInput::dmy || column.input == DateInput::mdy || column.input == DateInput::ymd;
  if (column.format == CellFormat::time && has_day)
    fields.complain("input", "A time has no day: use 'iso', 'unix' or 'unix_ms', or \"format\": \"datetime\".");
}

}  // namespace

Column check_column(const Json& value, std::string pointer, Problems& problems) {
  Fields fields(value, std::move(pointer), problems);
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
  column.decimals = take_count(fields, "decimals", decimals_range);
  column.input = fields.take_choice<DateInput>("input", date_inputs);
  column.date_style = fields.take_choice<DateStyle>("date_style", date_styles).value_or(column.date_style);
  column.negative = fields.take_choice<Negative>("negative", negatives).value_or(column.negative);
  if (const Json* const styles = fields.take_array("styles", most_styles)) {
    for (std::size_t i = 0; i < styles->size(); ++i)
      column.styles.push_back(
          check_style((*styles)[i], pointer_to(fields.pointer("styles"), i), column.format, problems));
  }
  column.align = fields.take_choice<Align>("align", alignments);
  column.width_mm = fields.take_number("width_mm", width_range);
  column.overflow = fields.take_choice<Overflow>("overflow", overflows).value_or(column.overflow);
  column.total = fields.take_choice<Aggregate>("total", aggregates);
  check_pairs(column, fields);
  fields.finish();
  return column;
}

}  // namespace platen::codec
