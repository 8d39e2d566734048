#include "worker/draw/table.hpp"

#include <algorithm>

#include "worker/data/cell.hpp"

namespace platen::worker {

std::vector<Total> new_totals(const std::vector<ColumnPlan>& plan) {
  std::vector<Total> totals;
  for (const ColumnPlan& column : plan)
    if (column.total) totals.emplace_back(*column.total);
  return totals;
}

void add_to_totals(std::vector<Total>& totals, const std::vector<ColumnPlan>& plan, std::span<const Value> values) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < plan.size(); ++i)
    if (plan[i].total) totals[next++].add(values[i]);
}

TableReader::TableReader(const Table& table, RowSource& source, OnBadRow on_bad_row)
    : table_(table), rows_(source, table.plan, on_bad_row) {
  rows_.rewind();
  seek(0);
}

void TableReader::seek(std::uint64_t row) {
  const auto after = std::upper_bound(table_.marks.begin(), table_.marks.end(), row,
                                      [](std::uint64_t wanted, const Mark& mark) { return wanted < mark.row; });
  if (after == table_.marks.begin()) return;
  const Mark& mark = *std::prev(after);
  rows_.seek(mark.position);
  next_ = mark.row;
  running_ = mark.running;
  const std::vector<std::uint64_t>& starts = table_.group_starts;
  next_group_ = static_cast<std::size_t>(std::lower_bound(starts.begin(), starts.end(), next_) - starts.begin());
}

Result<void> TableReader::go_to(std::uint64_t row) {
  if (at_ == row) return {};
  if (row != next_) seek(row);
  const bool keeps_totals = table_.is_grouped() && table_.totals;
  for (; next_ <= row; ++next_) {
    const auto found = rows_.next();
    if (!found) return fail(found.error());
    if (!*found) return fail(Errc::internal, "the data has fewer rows than when it was scanned");
    if (!keeps_totals) continue;
    if (next_group_ < table_.group_starts.size() && table_.group_starts[next_group_] == next_) {
      running_ = new_totals(table_.plan);
      ++next_group_;
    }
    add_to_totals(running_, table_.plan, rows_.values());
  }
  at_ = row;
  return {};
}

std::string_view TableReader::text(std::size_t column) {
  const Value& value = rows_.values()[column];
  if (value.kind == Value::Kind::text) return value.text;
  text_.clear();
  append_value(text_, value, table_.plan[column]);
  return text_;
}

}  // namespace platen::worker
