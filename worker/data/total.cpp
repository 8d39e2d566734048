#include "worker/data/total.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "worker/data/cell.hpp"

namespace platen::worker {

namespace {

/// An average of whole numbers is mostly not whole.
constexpr unsigned decimals_of_integer_average = 2;

/// Of moments that are the same instant one comes first too: which of them is shown must not depend on the order.
auto order_of(const Moment& moment) noexcept {
  return std::tuple(moment.instant_ms, moment.offset_minutes, moment.has_zone, moment.has_time, moment.has_seconds);
}

bool is_less(const Value& left, const Value& right) noexcept {
  if (left.kind == Value::Kind::moment) return order_of(left.moment) < order_of(right.moment);
  return left.number < right.number;
}

NumberStyle style_of(Aggregate aggregate, const ColumnPlan& plan) {
  NumberStyle style = plan.style;
  if (aggregate == Aggregate::average && plan.format == CellFormat::integer)
    style.decimals = decimals_of_integer_average;
  if (aggregate == Aggregate::count) {
    style.decimals = 0;
    style.prefix.clear();
    style.suffix.clear();
  }
  return style;
}

}  // namespace

bool allows_total(CellFormat format, Aggregate aggregate) noexcept {
  switch (format) {
    case CellFormat::integer:
    case CellFormat::decimal:
    case CellFormat::currency:
    case CellFormat::percent: return true;
    case CellFormat::date:
    case CellFormat::time:
    case CellFormat::datetime: return aggregate != Aggregate::sum && aggregate != Aggregate::average;
    case CellFormat::text:
    case CellFormat::boolean: return aggregate == Aggregate::count;
  }
  return false;
}

void Total::add(const Value& value) noexcept {
  if (value.kind == Value::Kind::empty) return;
  ++count_;
  if (aggregate_ == Aggregate::count) return;
  if (aggregate_ == Aggregate::sum || aggregate_ == Aggregate::average) return sum_.add(value.number);
  const bool takes_place = aggregate_ == Aggregate::min ? is_less(value, extreme_) : is_less(extreme_, value);
  if (count_ > 1 && !takes_place) return;
  extreme_ = value;
  extreme_.text = {};  // borrowed from the row
}

void Total::merge(const Total& other) noexcept {
  if (other.count_ == 0) return;
  const std::uint64_t both = count_ + other.count_;
  sum_.merge(other.sum_);
  if (aggregate_ == Aggregate::min || aggregate_ == Aggregate::max) add(other.extreme_);
  count_ = both;
}

Result<Value> Total::value(const ColumnPlan& plan) const {
  if (aggregate_ == Aggregate::min || aggregate_ == Aggregate::max) return extreme_;
  Value result;
  if (aggregate_ == Aggregate::average && count_ == 0) return result;
  result.kind = Value::Kind::number;
  if (aggregate_ == Aggregate::count) {
    result.number = Decimal(static_cast<Int128>(count_), 0);
    return result;
  }
  const auto sum = sum_.value();
  if (!sum) return fail(Errc::bad_data, fmt::format("The sum of the column '{}' has more than 38 digits.", plan.name));
  if (aggregate_ == Aggregate::sum) {
    result.number = *sum;
    return result;
  }
  // A quotient of nearly 38 digits has no room for the decimals and is shown as a whole number.
  const auto average = sum->divided_by(count_, style_of(aggregate_, plan).decimals);
  result.number = average ? *average : *sum->divided_by(count_, 0);
  return result;
}

Result<void> Total::append_to(std::string& out, const ColumnPlan& plan) const {
  const auto shown = value(plan);
  if (!shown) return fail(shown.error());
  if (shown->kind == Value::Kind::number) {
    append_number(out, shown->number, style_of(aggregate_, plan));
  } else {
    append_value(out, *shown, plan);
  }
  return {};
}

}  // namespace platen::worker
