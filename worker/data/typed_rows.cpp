#include "worker/data/typed_rows.hpp"

#include <fmt/format.h>

#include <string>

#include "worker/data/cell.hpp"

namespace platen::worker {

Result<bool> TypedRows::next() {
  for (;;) {
    row_position_ = source_.position();
    const auto found = source_.next(row_);
    if (!found || !*found) return found;
    const auto error = read_row();
    if (!error) return true;
    if (on_bad_row_ == OnBadRow::fail) return fail(*error);
    ++skipped_;
  }
}

std::optional<Error> TypedRows::read_row() {
  values_.resize(plan_.size());
  std::string fault;
  for (std::size_t index = 0; index < plan_.size(); ++index) {
    const ColumnPlan& plan = plan_[index];
    values_[index].kind = Value::Kind::empty;
    if (plan.field >= row_.cells.size()) continue;
    const auto kind = row_.kinds.empty() ? std::nullopt : std::optional(row_.kinds[plan.field]);
    if (!read_cell(plan, row_.cells[plan.field], kind, values_[index], fault))
      return Error{Errc::bad_data, fmt::format("{}, column '{}': {}.", name_of_row(row_), plan.name, fault)};
  }
  return std::nullopt;
}

void TypedRows::seek(const Position& position) {
  source_.seek(position);
  skipped_ = 0;
}

void TypedRows::rewind() {
  source_.rewind();
  skipped_ = 0;
}

}  // namespace platen::worker
