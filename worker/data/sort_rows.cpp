#include "worker/data/sort_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "worker/data/record_sorter.hpp"
#include "worker/data/typed_rows.hpp"

namespace platen::worker {

Result<SortPlan> plan_sort(const TableSection& table, std::vector<ColumnPlan> columns,
                           const std::vector<std::string>& fields, const Survey& survey, const Locale& locale,
                           std::string_view pointer) {
  SortPlan plan{std::move(columns), {}};
  std::vector<FieldError> errors;
  for (std::size_t index = 0; index < table.sort_by.size(); ++index) {
    const SortKey& key = table.sort_by[index];
    const auto direction = key.descending ? Direction::descending : Direction::ascending;
    const auto known = std::find_if(plan.columns.begin(), plan.columns.end(),
                                    [&](const ColumnPlan& column) { return column.name == key.field; });
    plan.keys.push_back({static_cast<std::size_t>(known - plan.columns.begin()), direction});
    if (known != plan.columns.end()) continue;
    auto hidden = plan_field(key.field, fields, survey, locale, fmt::format("{}/sort_by/{}/field", pointer, index));
    if (!hidden) {
      errors.insert(errors.end(), hidden.error().fields.begin(), hidden.error().fields.end());
    } else {
      plan.columns.push_back(*std::move(hidden));
    }
  }
  if (errors.empty()) return plan;
  std::string detail = errors.front().detail;
  return fail(Error{Errc::invalid_report, std::move(detail), std::move(errors)});
}

Result<RowOrder> sort_rows(RowSource& source, const SortPlan& plan, const Locale& locale, const SortOptions& options) {
  RecordSorter sorter(options.scratch, options.memory_bytes);
  Collation collation(locale);
  TypedRows rows(source, plan.columns, options.on_bad_row);
  rows.rewind();
  std::string key;
  std::uint64_t steps = 0;
  for (;;) {
    const auto found = rows.next();
    if (!found) return fail(found.error());
    if (!*found) break;
    key.clear();
    for (const SortPlan::Key& part : plan.keys)
      append_sort_key(key, rows.values()[part.column], part.direction, collation);
    if (auto added = sorter.add({key, rows.row_position()}); !added) return fail(added.error());
    if (auto told = options.on_step(++steps); !told) return fail(told.error());
  }
  RowOrderWriter writer(options.scratch);
  auto sorted = sorter.finish([&](const SortRecord& record) -> Result<void> {
    if (auto added = writer.add(record.position); !added) return added;
    return options.on_step(++steps);
  });
  if (!sorted) return fail(sorted.error());
  return std::move(writer).finish(rows.skipped_rows(), source.replaced());
}

}  // namespace platen::worker
