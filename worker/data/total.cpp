#include "worker/data/total.hpp"

namespace platen::worker {

namespace {

/// An average of whole numbers is mostly not whole.
constexpr unsigned decimals_of_integer_average = 2;

bool is_less(const Value& left, const Value& right) noexcept {
  return left.kind == Value::Kind::date ? left.instant_ms < right.instant_ms : left.number < right.number;
}

}  // namespace

bool allows_total(CellFormat format, Aggregate aggregate) noexcept {
  if (aggregate == Aggregate::count) return true;
  if (format == CellFormat::text || format == CellFormat::boolean) return false;
  const bool is_moment = format == CellFormat::date || format == CellFormat::time || format == CellFormat::datetime;
  return !is_moment || aggregate == Aggregate::min || aggregate == Aggregate::max;
}

Result<void> Total::add(const Value& value) {
  if (value.kind == Value::Kind::empty) return {};
  ++count_;
  switch (aggregate_) {
    case Aggregate::count: return {};
    case Aggregate::sum:
    case Aggregate::average: {
      const auto sum = sum_.plus(value.number);
      if (!sum) return fail(Errc::bad_data, "The sum has more than 38 digits.");
      sum_ = *sum;
      return {};
    }
    case Aggregate::min:
      if (count_ == 1 || is_less(value, extreme_)) keep(value);
      return {};
    case Aggregate::max:
      if (count_ == 1 || is_less(extreme_, value)) keep(value);
      return {};
  }
  return {};
}

void Total::keep(const Value& value) {
  extreme_ = value;
  extreme_.text = {};  // borrowed from the row
  if (value.kind == Value::Kind::date) extreme_text_ = value.text;
}

void Total::append_to(std::string& out, const ColumnPlan& plan) const {
  if (aggregate_ == Aggregate::count) {
    append_number(out, Decimal(static_cast<Int128>(count_), 0), {.mark = plan.style.mark, .group = plan.style.group});
    return;
  }
  Value value = extreme_;
  value.text = extreme_text_;
  if (aggregate_ == Aggregate::sum) {
    value.kind = Value::Kind::number;
    value.number = sum_;
  }
  if (aggregate_ != Aggregate::average) {
    append_value(out, value, plan);
    return;
  }
  if (count_ == 0) return;
  NumberStyle style = plan.style;
  if (plan.format == CellFormat::integer) style.decimals = decimals_of_integer_average;
  // A quotient of nearly 38 digits has no room for the decimals and is shown as a whole number.
  const auto average = sum_.divided_by(count_, style.decimals);
  append_number(out, average ? *average : *sum_.divided_by(count_, 0), style);
}

}  // namespace platen::worker
