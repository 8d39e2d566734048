#include "worker/data/column_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/nearest.hpp"
#include "worker/data/currency.hpp"
#include "worker/data/total.hpp"

namespace platen::worker {

namespace {

/// As many digits as a report may ask for.
constexpr unsigned most_decimals = 10;
constexpr std::string_view no_break_space = "\xC2\xA0";

std::string_view name_of(Aggregate aggregate) noexcept {
  switch (aggregate) {
    case Aggregate::sum: return "sum";
    case Aggregate::average: return "average";
    case Aggregate::count: return "count";
    case Aggregate::min: return "min";
    case Aggregate::max: return "max";
  }
  return "";
}

bool is_number(CellFormat format) noexcept {
  return format == CellFormat::integer || format == CellFormat::decimal || format == CellFormat::currency ||
         format == CellFormat::percent;
}

unsigned default_decimals(CellFormat format, std::string_view currency, unsigned seen) noexcept {
  switch (format) {
    case CellFormat::decimal: return std::min(seen, most_decimals);
    case CellFormat::percent: return std::min(seen > 2 ? seen - 2 : 0, most_decimals);
    case CellFormat::currency: return minor_digits(currency);
    default: return 0;
  }
}

Align default_align(CellFormat format) noexcept {
  if (is_number(format)) return Align::right;
  return format == CellFormat::text ? Align::left : Align::center;
}

/// Where the comma is the decimal mark, currencies mostly stand behind the number.
void put_currency(NumberStyle& style, std::string_view code) {
  const std::string_view sign = currency_sign(code);
  if (style.mark == ',') {
    style.suffix = fmt::format("{}{}", no_break_space, sign);
  } else {
    style.prefix = fmt::format("{}{}", sign, sign == code ? no_break_space : "");
  }
}

NumberStyle style_of(const ColumnPlan& plan, std::optional<std::uint32_t> decimals, unsigned seen, char mark) {
  NumberStyle style;
  style.mark = mark;
  style.group = mark == ',' ? '.' : ',';
  style.decimals = decimals.value_or(default_decimals(plan.format, plan.currency, seen));
  if (plan.format == CellFormat::integer) {
    style.group = 0;
    style.decimals = 0;
  }
  if (plan.format == CellFormat::currency) put_currency(style, plan.currency);
  if (plan.format == CellFormat::percent) style.suffix = "%";
  return style;
}

ColumnPlan plan_column(const Column& column, std::size_t field, const Survey& survey) {
  const ColumnFacts facts = survey.facts(field);
  ColumnPlan plan;
  plan.field = field;
  plan.name = column.field;
  plan.label = column.label.empty() ? column.field : column.label;
  plan.format = column.format.value_or(facts.format);
  plan.currency = column.currency;
  plan.decimal_mark = facts.decimal_mark;
  plan.style = style_of(plan, column.decimals, facts.decimals, survey.decimal_mark());
  plan.align = column.align.value_or(default_align(plan.format));
  plan.width_mm = column.width_mm;
  plan.overflow = column.overflow;
  plan.total = column.total;
  return plan;
}

/// The cell without its currency's sign or code before or behind the number; a minus may stand before a sign.
std::string without_currency(std::string_view cell, std::string_view code) {
  cell = trimmed(cell);
  std::string number;
  if (cell.substr(0, 1) == "-") {
    number = "-";
    cell.remove_prefix(1);
  }
  for (const std::string_view name : {currency_sign(code), code}) {
    if (cell.size() <= name.size()) continue;
    if (cell.substr(0, name.size()) == name) return number.append(trimmed(cell.substr(name.size())));
    if (cell.substr(cell.size() - name.size()) == name)
      return number.append(trimmed(cell.substr(0, cell.size() - name.size())));
  }
  return number.append(cell);
}

tl::expected<Decimal, NumberFault> read_percent(std::string_view cell, char mark) {
  if (cell.back() == '%') return Decimal::parse(cell.substr(0, cell.size() - 1), mark);
  const auto fraction = Decimal::parse(cell, mark);
  if (!fraction) return fraction;
  const auto percent = fraction->times_hundred();
  if (!percent) return tl::unexpected(NumberFault::too_long);
  return *percent;
}

tl::expected<Decimal, NumberFault> read_number(const ColumnPlan& plan, std::string_view cell, char mark) {
  if (plan.format == CellFormat::percent) return read_percent(cell, mark);
  const auto number = Decimal::parse(cell, mark);
  const bool may_have_sign = plan.format == CellFormat::currency && !number;
  return may_have_sign ? Decimal::parse(without_currency(cell, plan.currency), mark) : number;
}

/// At most so many bytes of a cell go into a message.
constexpr std::size_t most_quoted_bytes = 40;

std::string quoted(std::string_view cell) {
  if (cell.size() <= most_quoted_bytes) return fmt::format("'{}'", cell);
  std::size_t end = most_quoted_bytes;
  while ((static_cast<unsigned char>(cell[end]) & 0xC0) == 0x80) --end;  // not within a character
  return fmt::format("'{}…'", cell.substr(0, end));
}

bool read_number_cell(const ColumnPlan& plan, char mark, Value& value, std::string& fault) {
  const auto number = read_number(plan, value.text, mark);
  if (!number) {
    const bool too_long = number.error() == NumberFault::too_long;
    fault = quoted(value.text) + (too_long ? " has more than 38 digits" : " is not a number");
    return false;
  }
  value.number = *number;
  if (plan.format != CellFormat::integer || number->scale() == 0 || *number == *number->rounded(0)) return true;
  fault = quoted(value.text) + " is not a whole number";
  return false;
}

/// A date as it was written, but for the `T` and fractions of seconds.
void append_date(std::string& out, std::string_view text) {
  constexpr std::size_t date_bytes = 10;
  out.append(text.substr(0, date_bytes));
  if (text.size() == date_bytes) return;
  out.push_back(' ');
  text.remove_prefix(date_bytes + 1);
  const std::size_t point = text.find('.');
  out.append(text.substr(0, point));
  if (point == std::string_view::npos) return;
  const std::size_t zone = text.find_first_not_of("0123456789", point + 1);
  if (zone != std::string_view::npos) out.append(text.substr(zone));
}

}  // namespace

Result<std::vector<ColumnPlan>> plan_columns(const TableSection& table, const std::vector<std::string>& fields,
                                             const Survey& survey, std::string_view pointer) {
  std::vector<ColumnPlan> plans;
  if (table.columns.empty()) {
    for (std::size_t field = 0; field < fields.size(); ++field) {
      Column column;
      column.field = fields[field];
      plans.push_back(plan_column(column, field, survey));
    }
    return plans;
  }
  std::vector<FieldError> errors;
  for (std::size_t index = 0; index < table.columns.size(); ++index) {
    const Column& column = table.columns[index];
    const auto found = std::find(fields.begin(), fields.end(), column.field);
    if (found == fields.end() && !fields.empty()) {  // data without any row has no fields, and that is no mistake
      errors.push_back(
          {fmt::format("{}/columns/{}/field", pointer, index),
           fmt::format("The data has no field '{}'.{}", column.field, did_you_mean(column.field, fields))});
      continue;
    }
    const bool there = found != fields.end();
    plans.push_back(plan_column(column, there ? static_cast<std::size_t>(found - fields.begin()) : no_field, survey));
    const ColumnPlan& plan = plans.back();
    if (there && plan.total && !allows_total(plan.format, *plan.total))
      errors.push_back(
          {fmt::format("{}/columns/{}/total", pointer, index),
           fmt::format("The column '{}' has no {}: it does not hold numbers.", plan.name, name_of(*plan.total))});
  }
  if (errors.empty()) return plans;
  std::string detail = errors.size() == 1 ? errors.front().detail : "The report does not fit the data.";
  return fail(Error{Errc::invalid_report, std::move(detail), std::move(errors)});
}

bool read_cell(const ColumnPlan& plan, std::string_view cell, std::optional<codec::CellKind> kind, Value& value,
               std::string& fault) {
  value.text = plan.format == CellFormat::text ? cell : trimmed(cell);
  value.kind = Value::Kind::empty;
  if (value.text.empty()) return true;
  switch (plan.format) {
    case CellFormat::text: value.kind = Value::Kind::text; return true;
    case CellFormat::date:
    case CellFormat::time:
    case CellFormat::datetime:
      value.kind = Value::Kind::date;
      if (parse_date(value.text, value.instant_ms)) return true;
      fault = quoted(value.text) + " is not a date like 2026-03-14";
      return false;
    case CellFormat::boolean:
      value.kind = Value::Kind::boolean;
      if (parse_boolean(value.text, value.truth)) return true;
      fault = quoted(value.text) + " is neither true nor false";
      return false;
    case CellFormat::integer:
    case CellFormat::decimal:
    case CellFormat::currency:
    case CellFormat::percent: break;
  }
  value.kind = Value::Kind::number;
  const char mark = kind == codec::CellKind::number ? '.' : plan.decimal_mark;
  return read_number_cell(plan, mark, value, fault);
}

void append_value(std::string& out, const Value& value, const ColumnPlan& plan) {
  switch (value.kind) {
    case Value::Kind::empty: return;
    case Value::Kind::text: out.append(value.text); return;
    case Value::Kind::date: append_date(out, value.text); return;
    case Value::Kind::boolean: out.append(value.truth ? "Yes" : "No"); return;
    case Value::Kind::number: break;
  }
  append_number(out, value.number, plan.style);
}

}  // namespace platen::worker
