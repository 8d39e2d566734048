#include "worker/draw/table.hpp"

#include <algorithm>

#include "worker/data/cell.hpp"
#include "worker/draw/lines.hpp"

namespace platen::worker {

TableReader::TableReader(const Table& table, RowSource& source, OnBadRow on_bad_row, Shaper& shaper)
    : table_(table), rows_(source, table.plan, on_bad_row), shaper_(shaper), texts_(table.plan.size()) {
  rows_.rewind();
}

Result<void> TableReader::go_to(std::uint64_t row) {
  if (at_ == row) return {};
  if (row != next_) {
    const std::uint64_t mark = row / rows_a_mark;
    rows_.seek(table_.marks[mark]);
    next_ = mark * rows_a_mark;
  }
  for (; next_ <= row; ++next_) {
    const auto found = rows_.next();
    if (!found) return fail(found.error());
    if (!*found) return fail(Errc::internal, "the data has fewer rows than when it was scanned");
  }
  const std::span<const Value> values = rows_.values();
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    texts_[i].clear();
    append_value(texts_[i], values[i], table_.plan[i]);
  }
  at_ = row;
  return {};
}

double TableReader::height() {
  std::size_t most = 1;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (!table_.columns[i].wraps) continue;
    const TextBox box = table_.box(table_.columns[i]);
    const bool fast = break_lines(texts_[i], *table_.face, box.width, box.max_lines, lines_);
    most = std::max(most, fast ? lines_.size() : shaper_.lines(texts_[i], *table_.face, box));
  }
  return table_.metrics.row_height(most);
}

}  // namespace platen::worker
