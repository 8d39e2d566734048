// Sorting rows: the order of values, of languages, and of more than memory holds.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "tests/unit/worker/data_support.hpp"
#include "worker/data/number_style.hpp"
#include "worker/data/sort_rows.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

namespace {

Result<RowOrder> sort_table(Planned& planned, const TableSection& section, const SortOptions& options = {},
                            std::string_view locale = {}) {
  const Locale found = Locale::find(locale).value();
  auto plan =
      plan_sort(section, planned.plans.value(), planned.source->columns(), planned.survey, found, "/report/sections/0");
  if (!plan) return fail(plan.error());
  return sort_rows(*planned.source, *plan, found, options);
}

/// The first column of the rows in their order, with spaces between.
std::string sorted(std::string_view bytes, const TableSection& section, const SortOptions& options = {},
                   std::string_view locale = {}) {
  Planned planned = plan_table(bytes, section, {}, options.on_bad_row);
  const auto order = sort_table(planned, section, options, locale);
  if (!order) return order.error().detail;
  SortedRows source(*order, *planned.source);
  TypedRows rows(source, *planned.plans, options.on_bad_row);
  rows.rewind();
  std::string text;
  while (rows.next().value())
    text.append(text.empty() ? "" : " ").append(rows.row().cells.front().empty() ? "-" : rows.row().cells.front());
  return text;
}

TableSection by(std::vector<SortKey> keys) {
  TableSection section;
  section.sort_by = std::move(keys);
  return section;
}

}  // namespace

TEST_CASE("numbers, dates and booleans are in their own order, empty ones last", "[data]") {
  CHECK(sorted("v\n10\n9\n\"\"\n-1\n1.5\n-10\n0\n", by({{"v"}})) == "-10 -1 0 1.5 9 10 -");
  CHECK(sorted("v\n10\n9\n\"\"\n-1\n1.5\n-10\n0\n", by({{"v", true}})) == "10 9 1.5 0 -1 -10 -");
  CHECK(sorted("v\n2026-02-01\n1969-12-31\n2026-01-31\n", by({{"v"}})) == "1969-12-31 2026-01-31 2026-02-01");
  CHECK(sorted("v\nyes\nno\n\"\"\nno\n", by({{"v"}})) == "no no yes -");
}

TEST_CASE("texts are in the order of the language", "[data]") {
  const std::string text = "v\nZebra\nÄrger\nApfel\nzart\nöl\nOma\n\"\"\n";
  CHECK(sorted(text, by({{"v"}}), {}, "de-DE") == "Apfel Ärger öl Oma zart Zebra -");
  CHECK(sorted(text, by({{"v"}}), {}, "sv-SE") == "Apfel Oma zart Zebra Ärger öl -");
  CHECK(sorted(text, by({{"v", true}})) == "Zebra zart Oma öl Ärger Apfel -");
  CHECK(sorted("v\na10\na9\na\n", by({{"v"}}), {}, "en-u-kn") == "a a9 a10");
  CHECK(sorted("v\na10\na9\na\n", by({{"v"}})) == "a a10 a9");
}

TEST_CASE("equal rows keep their order, and further keys decide between them", "[data]") {
  const std::string text = "n,v,w\n1,b,2\n2,a,1\n3,b,1\n4,a,1\n5,\"\",3\n6,b,2\n";
  CHECK(sorted(text, by({{"v"}})) == "2 4 1 3 6 5");
  CHECK(sorted(text, by({{"v", true}})) == "1 3 6 2 4 5");
  CHECK(sorted(text, by({{"v"}, {"w"}})) == "2 4 3 1 6 5");
  CHECK(sorted(text, by({{"w", true}, {"v"}})) == "5 1 6 2 4 3");
}

TEST_CASE("a row is sorted by a field that it does not show", "[data]") {
  TableSection section = by({{"v", true}});
  section.columns = {column("n")};
  CHECK(sorted("n,v\n1,5\n2,30\n3,7\n", section) == "2 3 1");
}

TEST_CASE("a field to sort by that the data does not have is named", "[data]") {
  Planned planned = plan_table("name,total\na,1\n");
  const auto order = sort_table(planned, by({{"name"}, {"totl"}}));
  REQUIRE_FALSE(order);
  CHECK(order.error().fields == std::vector<FieldError>{{"/report/sections/0/sort_by/1/field",
                                                         "The data has no field 'totl'. Did you mean 'total'?"}});
}

TEST_CASE("keys compare as their values do", "[data]") {
  std::mt19937_64 random(11);
  Collation collation((Locale()));
  const auto some_number = [&] {
    Value value;
    value.kind = Value::Kind::number;
    Int128 mantissa = static_cast<Int128>(random() >> (random() % 64));
    if (random() % 4 == 0) mantissa *= static_cast<Int128>(random() >> 2);
    value.number = Decimal(random() % 2 ? mantissa : -mantissa, static_cast<unsigned>(random() % 39));
    if (!value.number.is_representable()) value.number = Decimal(static_cast<Int128>(random() % 3), 0);
    return value;
  };
  const auto key_of = [&](const Value& value, Direction direction) {
    std::string key;
    append_sort_key(key, value, direction, collation);
    return key;
  };
  for (int round = 0; round < 20'000; ++round) {
    const Value left = some_number();
    Value right = some_number();
    if (round % 5 == 0) right.number = left.number.times_power_of_ten(1).value_or(left.number);
    const auto expected = left.number <=> right.number;
    REQUIRE((key_of(left, Direction::ascending) <=> key_of(right, Direction::ascending)) == expected);
    REQUIRE((key_of(right, Direction::descending) <=> key_of(left, Direction::descending)) == expected);
    REQUIRE(key_of(left, Direction::ascending) < key_of(Value{}, Direction::ascending));
    REQUIRE(key_of(left, Direction::descending) < key_of(Value{}, Direction::descending));
  }
}

TEST_CASE("what does not fit in memory is sorted in the scratch file", "[data]") {
  std::mt19937 random(12);
  std::string text = "n,v\n";
  std::vector<std::pair<int, int>> expected;
  const int rows = GENERATE(1, 100, 20'000);
  for (int row = 0; row < rows; ++row) {
    const int value = static_cast<int>(random() % 1000);
    text += fmt::format("{},{}\n", row, value);
    expected.emplace_back(value, row);
  }
  std::stable_sort(expected.begin(), expected.end(), [](auto left, auto right) { return left.first < right.first; });
  const Fd scratch = memory_file("what others have written").value();
  // So little that hundreds of runs are merged in two rounds.
  const std::size_t memory_bytes = GENERATE(std::size_t{1}, std::size_t{4096}, std::size_t{1} << 20);
  Planned planned = plan_table(text);
  const auto order = sort_table(planned, by({{"v"}}), {.scratch = &scratch, .memory_bytes = memory_bytes});
  REQUIRE(order);
  REQUIRE(order->size() == expected.size());
  SortedRows source(*order, *planned.source);
  Row row;
  for (const auto& [value, number] : expected) {
    REQUIRE(source.next(row).value());
    REQUIRE(row.cells[0] == std::to_string(number));
    REQUIRE(row.number == static_cast<std::uint64_t>(number) + 1);
  }
  CHECK_FALSE(source.next(row).value());
  char kept[4];
  REQUIRE(::pread(scratch.get(), kept, sizeof kept, 0) == 4);
  CHECK(std::string_view(kept, 4) == "what");
}

TEST_CASE("an order of many rows lies in the scratch file", "[data]") {
  std::string text = "v\n";
  const std::size_t rows = RowOrderWriter::most_kept + 10;
  for (std::size_t row = 0; row < rows; ++row) text += std::to_string(rows - row) + "\n";
  const Fd scratch = memory_file("").value();
  Planned planned = plan_table(text);
  const auto order = sort_table(planned, by({{"v"}}), {.scratch = &scratch});
  REQUIRE(order);
  CHECK(size_of(scratch).value() >= rows * sizeof(Position));
  SortedRows source(*order, *planned.source);
  Row row;
  for (const std::size_t index : {rows - 1, std::size_t{0}, rows / 2}) {
    source.seek({index, 0, 0});
    REQUIRE(source.next(row).value());
    CHECK(row.cells[0] == std::to_string(index + 1));
    CHECK(row.number == rows - index);
    CHECK(row.line == rows - index + 1);
    CHECK(source.position().offset == index + 1);
  }
}

TEST_CASE("without a scratch file sorting ends where memory does", "[data]") {
  std::string text = "v\n";
  for (int row = 0; row < 1000; ++row) text += std::to_string(row) + "\n";
  CHECK(sorted(text, by({{"v"}}), {.memory_bytes = 10'000}) ==
        "There are too many rows to sort them without a scratch file.");
}

TEST_CASE("rows that do not fit are left out of the order and counted once", "[data]") {
  TableSection section = by({{"v"}});
  section.columns = {column("v", CellFormat::integer)};
  DataSpec spec;
  spec.encoding = Encoding::utf8;
  Planned planned = plan_table("v,w\n3,\xFF\nx,b\n2\n1,c\n", section, spec, OnBadRow::skip);
  const auto order = sort_table(planned, section, {.on_bad_row = OnBadRow::skip});
  REQUIRE(order);
  CHECK(order->size() == 2);
  SortedRows source(*order, *planned.source);
  TypedRows rows(source, *planned.plans, OnBadRow::skip);
  rows.rewind();
  std::vector<std::uint64_t> numbers;
  while (rows.next().value()) numbers.push_back(rows.row().number);
  CHECK(numbers == std::vector<std::uint64_t>{4, 1});
  CHECK(rows.skipped_rows() == 2);
  CHECK(source.replaced() == 1);
  rows.seek({1, 1, 1});
  CHECK(rows.skipped_rows() == 0);
}

TEST_CASE("a row that does not fit is named by its place in the data", "[data]") {
  TableSection section = by({{"v"}});
  section.columns = {column("v", CellFormat::integer)};
  CHECK(sorted("v\n3\nx\n1\n", section) == "Row 2 (line 3), column 'v': 'x' is not a number.");
}

TEST_CASE("sorting ends when it is told to", "[data]") {
  // Three rows are six steps: three are read, three put in their places.
  const std::uint64_t last = GENERATE(1, 2, 3, 4, 6);
  SortOptions options;
  std::uint64_t told = 0;
  options.on_step = [&](std::uint64_t steps) -> Result<void> {
    told = steps;
    return steps == last ? fail(Errc::canceled, "Stopped.") : Result<void>{};
  };
  CHECK(sorted("v\n3\n2\n1\n", by({{"v"}}), options) == "Stopped.");
  CHECK(told == last);
}

TEST_CASE("several sources read one order at once", "[data]") {
  const std::string text = "v\n3\n1\n2\n";
  Planned planned = plan_table(text);
  const auto order = sort_table(planned, by({{"v"}}));
  REQUIRE(order);
  const auto other = open_rows(text, {}).value();
  SortedRows first(*order, *planned.source);
  SortedRows second(*order, *other);
  Row one;
  Row two;
  REQUIRE(first.next(one).value());
  REQUIRE(first.next(one).value());
  REQUIRE(second.next(two).value());
  CHECK(one.cells[0] == "2");
  CHECK(two.cells[0] == "1");
}

TEST_CASE("a long text counts with its beginning only, and is no harm", "[data]") {
  const std::string same(most_text_key_bytes, 'x');
  CHECK(sorted("n,v\n1," + same + "b\n2," + same + "a\n3,a\n", by({{"v"}})) == "3 1 2");
}

TEST_CASE("rows in UTF-16 are found again one by one", "[data]") {
  std::string text("\xFF\xFE", 2);
  const auto put = [&](std::string_view ascii) {
    for (const char letter : ascii) text.append({letter, '\0'});
  };
  put("v\n");
  for (int row = 0; row < 300; ++row) put(std::to_string((row * 7) % 300) + "\n");
  std::string expected;
  for (int row = 0; row < 300; ++row) expected.append(row == 0 ? "" : " ").append(std::to_string(row));
  CHECK(sorted(text, by({{"v"}})) == expected);
}
