// Puts a table's rows in the order that it asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/column_plan.hpp"
#include "worker/data/locale.hpp"
#include "worker/data/row_order.hpp"
#include "worker/data/row_source.hpp"
#include "worker/data/sort_key.hpp"

namespace platen::worker {

/// What sorting holds in memory at once; more goes through the scratch file. Sorting so much takes some 50 ms, in which
/// nobody is asked whether to go on.
inline constexpr std::size_t sort_memory_bytes = std::size_t{8} << 20;

/// A table's columns and those that it is sorted by.
struct SortPlan {
  struct Key {
    std::size_t column;  ///< index into `columns`
    Direction direction;
  };
  std::vector<ColumnPlan> columns;  ///< the table's own first, so that a row that does not fit them is told here
  std::vector<Key> keys;
};

/// `columns` are the table's, planned. A key that is not among them is planned as if it were shown without any wish.
/// `invalid_report` at `pointer`/sort_by/… for a field that the data does not have.
[[nodiscard]] Result<SortPlan> plan_sort(const TableSection& table, std::vector<ColumnPlan> columns,
                                         const std::vector<std::string>& fields, const Survey& survey,
                                         const Locale& locale, std::string_view pointer);

struct SortOptions {
  OnBadRow on_bad_row = OnBadRow::fail;
  const Fd* scratch = nullptr;  ///< open for reading and writing; its end is written to. Null: memory only
  std::size_t memory_bytes = sort_memory_bytes;
  /// Told how many steps are made: two a row, for it is read, and later put in its place. Its failure ends the sorting,
  /// to cancel it.
  std::function<Result<void>(std::uint64_t steps)> on_step = [](std::uint64_t) { return Result<void>{}; };
};

/// Reads all rows of the source from its first one and sorts them (sort_key.hpp); rows with equal keys keep the data's
/// order. A row that does not fit the plan fails it, or is left out and counted, as TypedRows has it.
[[nodiscard]] Result<RowOrder> sort_rows(RowSource& source, const SortPlan& plan, const Locale& locale,
                                         const SortOptions& options);

}  // namespace platen::worker
