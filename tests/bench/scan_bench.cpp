// How fast a CSV or NDJSON file is read: tokenizing alone, with the inference of kinds, with reading and formatting
// of every cell; sorted; by CPU time. Usage: scan_bench FILE…
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <optional>
#include <string>

#include "worker/data/cell.hpp"
#include "worker/data/column_plan.hpp"
#include "worker/data/input.hpp"
#include "worker/data/open_rows.hpp"
#include "worker/data/sort_rows.hpp"
#include "worker/data/survey.hpp"
#include "worker/data/typed_rows.hpp"

using namespace platen;
using namespace platen::worker;

namespace {

constexpr int rounds = 3;  // the best one counts: the others were disturbed

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}\n", result.error().detail);
  std::exit(1);
}

/// Of this process: what others do beside it does not count.
double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// `pass` reads all rows and answers how many there were.
void measure(const char* what, std::size_t bytes, const std::function<std::uint64_t()>& pass) {
  double best_s = 1e9;
  std::uint64_t rows = 0;
  for (int round = 0; round < rounds; ++round) {
    const double begin_s = cpu_seconds();
    rows = pass();
    best_s = std::min(best_s, cpu_seconds() - begin_s);
  }
  fmt::print("  {:<24} {:>7.0f} MB/s {:>11.0f} rows/s\n", what, static_cast<double>(bytes) / best_s / 1e6,
             static_cast<double>(rows) / best_s);
}

void run(const char* path) {
  const Fd file(::open(path, O_RDONLY | O_CLOEXEC));
  const Input input = must(Input::map(file));
  const Dialect dialect = must(detect_dialect(input.bytes(), {}));
  const auto source = must(open_rows(input.bytes(), dialect));
  const std::size_t bytes = input.bytes().size();
  fmt::print("{}: {:.1f} MB\n", path, static_cast<double>(bytes) / 1e6);
  Row row;
  measure("tokenizing", bytes, [&] {
    source->rewind();
    std::uint64_t rows = 0;
    while (must(source->next(row))) ++rows;
    return rows;
  });
  Survey last(std::nullopt);
  measure("with inference", bytes, [&] {
    source->rewind();
    Survey survey(std::nullopt, likely_decimal_mark(dialect));
    while (must(source->next(row))) survey.add(row);
    last = survey;
    return survey.rows();
  });
  const auto plan = must(plan_columns({}, source->columns(), last, {}, ""));
  measure("with values and formats", bytes, [&] {
    TypedRows rows(*source, plan, OnBadRow::fail);
    rows.rewind();
    std::uint64_t count = 0;
    std::string text;
    for (; must(rows.next()); ++count) {
      text.clear();
      for (std::size_t index = 0; index < plan.size(); ++index) append_value(text, rows.values()[index], plan[index]);
    }
    return count;
  });
  TableSection by_text;
  const auto text = std::find_if(plan.begin(), plan.end(),
                                 [](const ColumnPlan& column) { return column.format == CellFormat::text; });
  by_text.sort_by = {{(text == plan.end() ? plan.front() : *text).name}, {plan.back().name, true}};
  const auto sort = must(plan_sort(by_text, plan, source->columns(), last, {}, ""));
  const Fd scratch(::open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  std::optional<RowOrder> order;
  measure("sorted by two fields", bytes, [&] {
    order = must(sort_rows(*source, sort, {}, {.scratch = &scratch}));
    return order->size();
  });
  measure("read in that order", bytes, [&] {
    SortedRows rows(*order, *source);
    std::uint64_t count = 0;
    while (must(rows.next(row))) ++count;
    return count;
  });
}

}  // namespace

int main(int argc, char** argv) {
  for (int index = 1; index < argc; ++index) run(argv[index]);
  return 0;
}
