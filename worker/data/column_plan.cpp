#include "worker/data/column_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/nearest.hpp"
#include "worker/data/cell.hpp"
#include "worker/data/currency.hpp"
#include "worker/data/quoted.hpp"
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

bool is_moment(CellFormat format) noexcept {
  return format == CellFormat::date || format == CellFormat::time || format == CellFormat::datetime;
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

/// Where no locale is given: by the data's mark. Where that is a comma, currencies mostly stand behind the number.
NumberStyle style_by_mark(char mark, const ColumnPlan& plan) {
  NumberStyle style;
  style.mark = mark;
  style.group = mark == ',' ? '.' : ',';
  if (plan.format == CellFormat::percent) style.suffix = "%";
  if (plan.format == CellFormat::currency) {
    const std::string_view sign = currency_sign(plan.currency);
    if (mark == ',') {
      style.suffix = fmt::format("{}{}", no_break_space, sign);
    } else {
      style.prefix = fmt::format("{}{}", sign, sign == plan.currency ? no_break_space : "");
    }
  }
  style.negative_prefix += style.prefix;
  style.negative_suffix = style.suffix;
  return style;
}

NumberStyle style_by_locale(const Locale& locale, const ColumnPlan& plan) {
  if (plan.format == CellFormat::currency) return locale.amounts(plan.currency);
  return plan.format == CellFormat::percent ? locale.percents() : locale.numbers();
}

/// Plans columns one after the other, and keeps what is wrong with them.
class Planner {
 public:
  Planner(const std::vector<std::string>& fields, const Survey& survey, const Locale& locale)
      : fields_(fields), survey_(survey), locale_(locale) {}

  /// `pointer` is the column's place; `name_pointer` where its field is named.
  ColumnPlan plan(const Column& column, const std::string& pointer, const std::string& name_pointer) {
    const auto found = std::find(fields_.begin(), fields_.end(), column.field);
    const bool is_there = found != fields_.end();
    if (!is_there && !fields_.empty())  // data without any row has no fields, and that is no mistake
      complain(name_pointer, fmt::format("The data has no field {}.{}", in_quotes(column.field),
                                         did_you_mean(column.field, fields_)));
    return plan_at(column, is_there ? static_cast<std::size_t>(found - fields_.begin()) : no_field, pointer);
  }

  ColumnPlan plan_at(const Column& column, std::size_t field, const std::string& pointer) {
    const ColumnFacts facts = survey_.facts(field);
    ColumnPlan plan;
    plan.field = field;
    plan.name = column.field;
    plan.label = column.label.empty() ? column.field : column.label;
    plan.format = format_of(column, facts);
    plan.currency = column.currency;
    plan.decimal_mark = facts.decimal_mark;
    plan.input = column.input.value_or(DateInput::iso);
    plan.align = column.align.value_or(default_align(plan.format));
    plan.width_mm = column.width_mm;
    plan.overflow = column.overflow;
    plan.total = column.total;
    put_styles(plan, column, facts.decimals);
    put_looks(plan, column, pointer);
    if (plan.total && !allows_total(plan.format, *plan.total))
      complain(pointer + "/total",
               fmt::format("The column '{}' has no {}: it does not hold numbers.", plan.name, name_of(*plan.total)));
    return plan;
  }

  /// All complaints, if there are any.
  [[nodiscard]] std::optional<Error> error() && {
    if (errors_.empty()) return std::nullopt;
    std::string detail = errors_.size() == 1 ? errors_.front().detail : "The report does not fit the data.";
    return Error{Errc::invalid_report, std::move(detail), std::move(errors_)};
  }

 private:
  void complain(std::string pointer, std::string detail) { errors_.push_back({std::move(pointer), std::move(detail)}); }

  /// A column without any value is what its total or its styles ask for: an empty report is no mistake.
  static CellFormat format_of(const Column& column, const ColumnFacts& facts) {
    if (column.format) return *column.format;
    if (column.input) return CellFormat::datetime;
    if (facts.seen) return facts.format;
    const bool wants_numbers = (column.total && *column.total != Aggregate::count) || !column.styles.empty();
    return wants_numbers ? CellFormat::decimal : CellFormat::text;
  }

  void put_styles(ColumnPlan& plan, const Column& column, unsigned decimals_seen) const {
    if (is_moment(plan.format)) plan.dates = locale_.dates(column.date_style);
    plan.style = locale_.is_given() ? style_by_locale(locale_, plan) : style_by_mark(survey_.decimal_mark(), plan);
    plan.style.decimals = column.decimals.value_or(default_decimals(plan.format, plan.currency, decimals_seen));
    if (plan.format == CellFormat::integer) {
      plan.style.group.clear();
      plan.style.decimals = 0;
    }
    if (column.negative != Negative::parentheses) return;
    plan.style.negative_prefix = "(" + plan.style.prefix;
    plan.style.negative_suffix = plan.style.suffix + ")";
  }

  void put_looks(ColumnPlan& plan, const Column& column, const std::string& pointer) {
    if (column.negative == Negative::red && is_number(plan.format))
      plan.looks.add({.when = LookRule::When::shown_negative, .decimals = plan.style.decimals},
                     {.color = negative_color, .background = {}});
    for (std::size_t index = 0; index < column.styles.size(); ++index) {
      const StyleRule& style = column.styles[index];
      const std::string place = fmt::format("{}/styles/{}", pointer, index);
      if (auto rule = rule_of(plan, style, place))
        plan.looks.add(*std::move(rule), {.color = style.color, .background = style.background, .bold = style.bold});
    }
  }

  std::optional<LookRule> rule_of(const ColumnPlan& plan, const StyleRule& style, const std::string& pointer) {
    LookRule rule;
    switch (style.when) {
      case StyleRule::When::empty: return LookRule{.when = LookRule::When::empty};
      case StyleRule::When::equal: rule.when = LookRule::When::equal; break;
      case StyleRule::When::below: rule.when = LookRule::When::below; break;
      case StyleRule::When::above: rule.when = LookRule::When::above; break;
    }
    const bool has_order = is_number(plan.format) || is_moment(plan.format);
    if (!has_order && rule.when != LookRule::When::equal) {
      complain(pointer + "/when",
               fmt::format("The column '{}' does not hold numbers or dates: nothing is below or above.", plan.name));
      return std::nullopt;
    }
    ColumnPlan reading = plan;
    reading.decimal_mark = '.';
    std::string fault;
    if (!read_cell(reading, style.value, std::nullopt, rule.value, fault)) {
      complain(pointer + "/when", fmt::format("The column '{}' cannot be compared with this: {}.", plan.name, fault));
      return std::nullopt;
    }
    rule.value.text = {};
    rule.text = style.value;
    if (rule.value.kind == Value::Kind::empty) rule.when = LookRule::When::empty;
    return rule;
  }

  const std::vector<std::string>& fields_;
  const Survey& survey_;
  const Locale& locale_;
  std::vector<FieldError> errors_;
};

}  // namespace

Result<std::vector<ColumnPlan>> plan_columns(const TableSection& table, const std::vector<std::string>& fields,
                                             const Survey& survey, const Locale& locale, std::string_view pointer) {
  Planner planner(fields, survey, locale);
  std::vector<ColumnPlan> plans;
  for (std::size_t field = 0; table.columns.empty() && field < fields.size(); ++field) {
    Column column;
    column.field = fields[field];
    plans.push_back(planner.plan_at(column, field, {}));
  }
  for (std::size_t index = 0; index < table.columns.size(); ++index) {
    const std::string place = fmt::format("{}/columns/{}", pointer, index);
    plans.push_back(planner.plan(table.columns[index], place, place + "/field"));
  }
  if (auto error = std::move(planner).error()) return fail(*std::move(error));
  return plans;
}

Result<ColumnPlan> plan_field(std::string_view field, const std::vector<std::string>& fields, const Survey& survey,
                              const Locale& locale, const std::string& pointer) {
  Planner planner(fields, survey, locale);
  Column column;
  column.field = field;
  ColumnPlan plan = planner.plan(column, pointer, pointer);
  if (auto error = std::move(planner).error()) return fail(*std::move(error));
  return plan;
}

Result<ColumnPlan> plan_group(const TableSection& table, const std::vector<std::string>& fields, const Survey& survey,
                              const Locale& locale, std::string_view pointer) {
  const std::string place = fmt::format("{}/group_by", pointer);
  const auto shown = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const Column& column) { return column.field == table.group_by; });
  if (shown == table.columns.end()) return plan_field(table.group_by, fields, survey, locale, place);
  Planner planner(fields, survey, locale);
  ColumnPlan plan = planner.plan(*shown, fmt::format("{}/columns/{}", pointer, shown - table.columns.begin()), place);
  if (auto error = std::move(planner).error()) return fail(*std::move(error));
  return plan;
}

}  // namespace platen::worker
