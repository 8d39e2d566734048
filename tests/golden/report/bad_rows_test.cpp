// Rows that are left out, at the borders of what a thread reads (8,192 rows): counted once, whoever meets them.
#include <fmt/format.h>

#include <cstdint>
#include <set>

#include "tests/golden/report/drawn_report.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::test;

namespace {

constexpr int chunk_rows = 8192;

enum class Fault { cell, fields };

struct Spoilt {
  std::string csv = "group,order,amount\n";
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  std::int64_t sum = 0;
};

/// Rows numbered from 0, those in `bad` spoilt.
Spoilt data_with(int rows, const std::set<int>& bad, Fault fault) {
  Spoilt made;
  for (int row = 0; row < rows; ++row) {
    const int group = row / 1000;
    if (!bad.contains(row)) {
      ++made.good;
      made.sum += row % 97;
      made.csv += fmt::format("g{:02},{},{}\n", group, 100'000 + row, row % 97);
      continue;
    }
    ++made.bad;
    if (fault == Fault::cell)
      made.csv += fmt::format("g{:02},{},abc\n", group, 100'000 + row);
    else
      made.csv += fmt::format("g{:02},{}\n", group, 100'000 + row);
  }
  return made;
}

std::set<int> numbers(std::initializer_list<std::pair<int, int>> ranges) {
  std::set<int> all;
  for (const auto& [first, last] : ranges)
    for (int i = first; i <= last; ++i) all.insert(i);
  return all;
}

RenderSpec forgiving(bool grouped, bool sorted) {
  RenderSpec spec = titled("Bad");
  spec.report.on_bad_row = OnBadRow::skip;
  TableSection table;
  Column order;
  order.field = "order";
  Column amount;
  amount.field = "amount";
  amount.format = CellFormat::integer;
  amount.total = Aggregate::sum;
  table.columns = {order, amount};
  if (grouped) table.group_by = "group";
  if (sorted) table.sort_by = {{"order", true}};
  spec.report.sections = {table};
  return spec;
}

}  // namespace

TEST_CASE("bad rows at the borders of chunks are left out and counted once", "[report][bad]") {
  const auto bad = GENERATE(numbers({{chunk_rows - 1, chunk_rows - 1}}), numbers({{chunk_rows, chunk_rows}}),
                            numbers({{chunk_rows - 1, chunk_rows}}),
                            numbers({{chunk_rows - 3, chunk_rows + 3}, {2 * chunk_rows - 2, 2 * chunk_rows + 5}}),
                            numbers({{0, 0}, {20'479, 20'479}}), numbers({{0, 4}, {20'470, 20'479}}),
                            numbers({{chunk_rows, 2 * chunk_rows - 1}}), numbers({{10, 20'470}}));
  const auto fault = GENERATE(Fault::cell, Fault::fields);
  const bool grouped = GENERATE(false, true);
  const bool sorted = GENERATE(false, true);
  constexpr int rows = 20'480;
  const Spoilt data = data_with(rows, bad, fault);
  const RenderSpec spec = forgiving(grouped, sorted);
  const DrawnReport alone(spec, data.csv);
  INFO("from row " << *bad.begin() << ", " << bad.size() << " bad rows, fault " << static_cast<int>(fault)
                   << ", grouped " << grouped << ", sorted " << sorted);
  CHECK(alone.rendered().rows == data.good);
  CHECK(alone.rendered().skipped_rows == data.bad);
  const DrawnReport shared(spec, data.csv, DrawnReport::Pictures{}, 3);
  CHECK(shared.rendered().rows == data.good);
  CHECK(shared.rendered().skipped_rows == data.bad);
  CHECK(shared.bytes() == alone.bytes());
  const std::string last = words_of(alone.text_of_page(static_cast<int>(alone.rendered().pages)));
  CHECK(last.find(fmt::format("Total {} ", data.sum)) != std::string::npos);
}

TEST_CASE("rows that are left out are nowhere on the pages, and all others are", "[report][bad]") {
  const auto bad = numbers({{0, 1}, {500, 520}, {chunk_rows - 2, chunk_rows + 2}, {9999, 9999}});
  const Spoilt data = data_with(10'000, bad, GENERATE(Fault::cell, Fault::fields));
  const DrawnReport report(forgiving(true, false), data.csv, DrawnReport::Pictures{}, 3);
  std::set<std::string> words;
  const std::string text = report.text();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n\f", at), text.size());
    words.insert(text.substr(at, end - at));
    at = end + 1;
  }
  std::size_t wrong = 0;
  for (int row = 0; row < 10'000; ++row)
    if (words.contains(std::to_string(100'000 + row)) == bad.contains(row)) ++wrong;
  CHECK(wrong == 0);
}

TEST_CASE("data of nothing but bad rows makes a report that says so", "[report][bad]") {
  const int rows = GENERATE(3, chunk_rows, chunk_rows + 1);
  const Spoilt data = data_with(rows, numbers({{0, rows - 1}}), Fault::cell);
  const bool grouped = GENERATE(false, true);
  const DrawnReport report(forgiving(grouped, false), data.csv, DrawnReport::Pictures{}, 3);
  CHECK(report.rendered().rows == 0);
  CHECK(report.rendered().skipped_rows == static_cast<std::uint64_t>(rows));
  CHECK(report.rendered().pages == 1);
  CHECK(report.text().find("The data has no rows.") != std::string::npos);
}

TEST_CASE("charts leave out the bad rows at the borders of chunks, for any number of threads", "[report][bad]") {
  RenderSpec spec = titled("Bad");
  spec.report.on_bad_row = OnBadRow::skip;
  ChartSection chart;
  chart.x = "group";
  chart.limit = 100;
  chart.measures = {{Aggregate::sum, "amount", ""}, {Aggregate::count, "", ""}};
  spec.report.sections = {chart};
  const auto bad = numbers({{0, 0}, {chunk_rows - 3, chunk_rows + 3}, {2 * chunk_rows - 1, 2 * chunk_rows}});
  std::set<std::string> pictures;
  for (const unsigned threads : {1U, 2U, 3U}) {
    const DrawnReport report(spec, data_with(20'480, bad, Fault::fields).csv, DrawnReport::Pictures{}, threads);
    pictures.insert(report.bytes());
    CHECK(report.faults() == "");
  }
  CHECK(pictures.size() == 1);
}
