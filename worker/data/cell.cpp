#include "worker/data/cell.hpp"

#include <fmt/format.h>

#include <utility>

#include "worker/data/currency.hpp"
#include "worker/data/quoted.hpp"

namespace platen::worker {

namespace {

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
  const auto percent = fraction->times_power_of_ten(2);
  if (!percent) return tl::unexpected(NumberFault::too_long);
  return *percent;
}

tl::expected<Decimal, NumberFault> read_number(const ColumnPlan& plan, std::string_view cell, char mark) {
  if (plan.format == CellFormat::percent) return read_percent(cell, mark);
  const auto number = Decimal::parse(cell, mark);
  const bool may_have_sign = plan.format == CellFormat::currency && !number;
  return may_have_sign ? Decimal::parse(without_currency(cell, plan.currency), mark) : number;
}

bool read_number_cell(const ColumnPlan& plan, char mark, Value& value, std::string& fault) {
  value.kind = Value::Kind::number;
  const auto number = read_number(plan, value.text, mark);
  if (!number) {
    const bool too_long = number.error() == NumberFault::too_long;
    fault = in_quotes(value.text) + (too_long ? " has more than 38 digits" : " is not a number");
    return false;
  }
  value.number = *number;
  if (plan.format != CellFormat::integer || number->scale() == 0 || *number == *number->rounded(0)) return true;
  fault = in_quotes(value.text) + " is not a whole number";
  return false;
}

std::string_view example_of(DateInput input) noexcept {
  switch (input) {
    case DateInput::iso: return "a date like 2026-03-14";
    case DateInput::dmy: return "a date like 14.3.2026";
    case DateInput::mdy: return "a date like 3/14/2026";
    case DateInput::ymd: return "a date like 2026/3/14";
    case DateInput::unix: return "a number of seconds since 1970";
    case DateInput::unix_ms: return "a number of milliseconds since 1970";
  }
  return "";
}

std::string fault_of(MomentFault fault, std::string_view cell, const ColumnPlan& plan) {
  const std::string text = in_quotes(cell);
  switch (fault) {
    case MomentFault::no_such_day: return text + " is a day that does not exist";
    case MomentFault::no_such_time: return text + " is a time that does not exist";
    case MomentFault::short_year: return text + " has a year of two digits; all four are needed";
    case MomentFault::out_of_range: return text + " is not within the years 1 to 9999";
    case MomentFault::not_a_moment: break;
  }
  if (plan.format == CellFormat::time) return text + " is not a time like 15:09";
  return fmt::format("{} is not {}", text, example_of(plan.input));
}

/// A time of day, which a date and time has too.
tl::expected<Moment, MomentFault> read_time_of_day(std::string_view cell, DateInput input) noexcept {
  const auto time = parse_time(cell);
  if (time || time.error() != MomentFault::not_a_moment) return time;
  auto moment = parse_moment(cell, input);
  if (!moment) return moment;
  if (!moment->has_time) return tl::unexpected(MomentFault::not_a_moment);
  return only_time(*moment);
}

bool read_moment_cell(const ColumnPlan& plan, Value& value, std::string& fault) {
  value.kind = Value::Kind::moment;
  const auto moment =
      plan.format == CellFormat::time ? read_time_of_day(value.text, plan.input) : parse_moment(value.text, plan.input);
  if (moment) {
    value.moment = *moment;
    return true;
  }
  fault = fault_of(moment.error(), value.text, plan);
  return false;
}

bool read_boolean_cell(Value& value, std::string& fault) {
  value.kind = Value::Kind::boolean;
  if (parse_boolean(value.text, value.truth)) return true;
  fault = in_quotes(value.text) + " is neither true nor false";
  return false;
}

}  // namespace

bool read_cell(const ColumnPlan& plan, std::string_view cell, std::optional<CellKind> kind, Value& value,
               std::string& fault) {
  value.text = plan.format == CellFormat::text ? cell : trimmed(cell);
  value.kind = Value::Kind::empty;
  if (value.text.empty()) return true;
  switch (plan.format) {
    case CellFormat::text: value.kind = Value::Kind::text; return true;
    case CellFormat::date:
    case CellFormat::time:
    case CellFormat::datetime: return read_moment_cell(plan, value, fault);
    case CellFormat::boolean: return read_boolean_cell(value, fault);
    case CellFormat::integer:
    case CellFormat::decimal:
    case CellFormat::currency:
    case CellFormat::percent: break;
  }
  return read_number_cell(plan, kind == CellKind::number ? '.' : plan.decimal_mark, value, fault);
}

void append_value(std::string& out, const Value& value, const ColumnPlan& plan) {
  switch (value.kind) {
    case Value::Kind::empty: return;
    case Value::Kind::text: out.append(value.text); return;
    case Value::Kind::moment: append_moment(out, value.moment, plan.format, plan.dates); return;
    case Value::Kind::boolean: out.append(value.truth ? "Yes" : "No"); return;
    case Value::Kind::number: append_number(out, value.number, plan.style); return;
  }
}

}  // namespace platen::worker
