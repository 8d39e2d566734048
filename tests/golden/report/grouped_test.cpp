// Groups, totals and order of tables, held against what a test computes by itself, over the borders of pages, of what
// a thread draws (16 pages) and of what a thread reads (8,192 rows).
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <sstream>

#include "tests/golden/report/drawn_report.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pdf_file.hpp"

using namespace platen;
using namespace platen::test;

namespace {

Column column(std::string field, std::optional<Aggregate> total = std::nullopt) {
  Column made;
  made.field = std::move(field);
  made.total = total;
  return made;
}

std::string digits_grouped(std::int64_t number) {
  std::string digits = std::to_string(std::llabs(number));
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return (number < 0 ? "-" : "") + digits;
}

/// `-1,234.05` from hundredths.
std::string money(std::int64_t cents) {
  const std::int64_t rest = std::llabs(cents) % 100;
  std::string text = digits_grouped(std::llabs(cents) / 100) + fmt::format(".{:02}", rest);
  return cents < 0 ? "-" + text : text;
}

/// Without the direction that a minus takes on paper.
std::string plain_minus(std::string text) {
  for (std::size_t at = text.find("\u2212"); at != std::string::npos; at = text.find("\u2212"))
    text.replace(at, 3, "-");
  return text;
}

std::vector<std::string> lines_of(const DrawnReport& report) {
  std::vector<std::string> lines;
  for (const std::string& page : report.text_of_pages()) {
    std::istringstream text(plain_minus(page));
    for (std::string line; std::getline(text, line);) lines.push_back(words_of(line));
  }
  return lines;
}

struct Sums {
  std::int64_t sum = 0;
  std::int64_t count = 0;
  std::int64_t least = 0;
  std::int64_t most = 0;
  void add(std::int64_t cents) {
    least = count == 0 ? cents : std::min(least, cents);
    most = count == 0 ? cents : std::max(most, cents);
    sum += cents;
    ++count;
  }
  [[nodiscard]] std::string line(const std::string& name) const {
    return fmt::format("Total {} {} {} {} {}", name, money(sum), digits_grouped(count), money(least), money(most));
  }
};

struct Ledger {
  std::string csv = "group,item,a,b,c,d\n";
  std::vector<std::pair<std::string, Sums>> groups;
  Sums all;
};

/// Groups of the given sizes; amounts from -300.00 to 699.99.
Ledger ledger(const std::vector<int>& sizes) {
  Ledger made;
  int row = 0;
  for (std::size_t group = 0; group < sizes.size(); ++group) {
    made.groups.emplace_back(fmt::format("G{:03}", group), Sums{});
    for (int i = 0; i < sizes[group]; ++i, ++row) {
      const std::int64_t cents = static_cast<std::int64_t>(row) * 7919 % 100'000 - 30'000;
      made.groups.back().second.add(cents);
      made.all.add(cents);
      const std::string amount =
          fmt::format("{}{}.{:02}", cents < 0 ? "-" : "", std::llabs(cents) / 100, std::llabs(cents) % 100);
      made.csv += fmt::format("{0},i{1},{2},{2},{2},{2}\n", made.groups.back().first, row, amount);
    }
  }
  return made;
}

RenderSpec ledger_spec() {
  RenderSpec spec = titled("Ledger");
  TableSection table;
  table.group_by = "group";
  table.columns = {column("item"), column("a", Aggregate::sum), column("b", Aggregate::count),
                   column("c", Aggregate::min), column("d", Aggregate::max)};
  spec.report.sections = {table};
  return spec;
}

}  // namespace

TEST_CASE("subtotals and totals are exact over the borders of pages, parts and chunks, for 1 and 3 threads",
          "[report][groups]") {
  const std::vector<int> sizes{1, 2, 37, 900, 3, 1, 1, 2100, 44, 45, 46, 5012, 1, 8191, 2, 300};
  const Ledger data = ledger(sizes);
  const unsigned threads = GENERATE(1U, 3U);
  const DrawnReport report(ledger_spec(), data.csv, DrawnReport::Pictures{}, threads);
  REQUIRE(report.rendered().pages > 300);
  const auto lines = lines_of(report);
  std::vector<std::string> totals;
  for (const std::string& line : lines)
    if (line.starts_with("Total ")) totals.push_back(line);
  REQUIRE(totals.size() == data.groups.size() + 1);
  for (std::size_t i = 0; i < data.groups.size(); ++i)
    CHECK(totals[i] == data.groups[i].second.line(data.groups[i].first));
  Sums all = data.all;
  CHECK(totals.back() ==
        fmt::format("Total {} {} {} {}", money(all.sum), digits_grouped(all.count), money(all.least), money(all.most)));
  for (const auto& [name, sums] : data.groups) CHECK(std::count(lines.begin(), lines.end(), "group: " + name) == 1);
}

TEST_CASE("a group that goes on on a new page is named there again, and no other is", "[report][groups]") {
  const Ledger data = ledger({3, 120, 1, 1, 70, 30, 2});
  const DrawnReport report(ledger_spec(), data.csv);
  const auto pages = report.text_of_pages();
  REQUIRE(pages.size() > 4);
  std::string group;  // the one that the page before ended in
  bool is_closed = true;
  for (const std::string& page : pages) {
    std::istringstream text(page);
    bool is_first = true;
    for (std::string line; std::getline(text, line);) {
      line = words_of(line);
      const bool in_table = line.starts_with("i") && !line.starts_with("item");
      const bool names = line.starts_with("group: ");
      const bool closes = line.starts_with("Total G");
      if (!in_table && !names && !closes) continue;
      if (is_first && !is_closed) CHECK(line == "group: " + group + " (continued)");
      if (!is_first || is_closed) CHECK(line.find("(continued)") == std::string::npos);
      is_first = false;
      if (names) {
        const std::string name = line.substr(7, 4);
        if (is_closed) CHECK(name != group);
        group = name;
        is_closed = false;
      }
      if (closes) {
        CHECK(line.substr(6, 4) == group);
        is_closed = true;
      }
    }
  }
  CHECK(is_closed);
}

TEST_CASE("runs of equal values are groups of their own, also when a value comes again", "[report][groups]") {
  RenderSpec spec = ledger_spec();
  const DrawnReport report(spec, "group,item,a,b,c,d\nx,i1,1,1,1,1\ny,i2,2,2,2,2\nx,i3,4,4,4,4\n");
  std::vector<std::string> named;
  for (const std::string& line : lines_of(report))
    if (line.starts_with("group:") || line.starts_with("Total ")) named.push_back(line);
  CHECK(named == std::vector<std::string>{"group: x", "Total x 1 1 1 1", "group: y", "Total y 2 1 2 2", "group: x",
                                          "Total x 4 1 4 4", "Total 7 3 1 4"});
}

TEST_CASE("rows are sorted by several keys, each in its direction, equal rows as they came", "[report][sort]") {
  RenderSpec spec = titled("Sorted");
  TableSection table;
  table.columns = {column("id"), column("name"), column("amount", Aggregate::sum)};
  table.sort_by = {{"name", false}, {"amount", true}};
  spec.report.sections = {table};
  struct Line {
    int id;
    std::string name;
    std::int64_t cents;
  };
  std::vector<Line> rows;
  std::string csv = "id,name,amount\n";
  std::int64_t sum = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t cents = (i * 31337LL) % 5000 * 25 - 40'000;
    rows.push_back({i, fmt::format("N{:02}", i * 17 % 23), cents});
    sum += cents;
    csv += fmt::format("{},{},{}{}.{:02}\n", 100'000 + i, rows.back().name, cents < 0 ? "-" : "",
                       std::llabs(cents) / 100, std::llabs(cents) % 100);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Line& left, const Line& right) {
    return left.name != right.name ? left.name < right.name : left.cents > right.cents;
  });
  const DrawnReport alone(spec, csv);
  const DrawnReport shared(spec, csv, DrawnReport::Pictures{}, 3);
  CHECK(alone.bytes() == shared.bytes());
  std::size_t next = 0;
  std::size_t wrong = 0;
  for (const std::string& line : lines_of(alone)) {
    if (!line.starts_with("1") || line.size() < 8 || line.find(" N") == std::string::npos) continue;
    REQUIRE(next < rows.size());
    const Line& row = rows[next++];
    if (line != fmt::format("{} {} {}", 100'000 + row.id, row.name, money(row.cents))) ++wrong;
  }
  CHECK(next == rows.size());
  CHECK(wrong == 0);
  const std::string last = words_of(plain_minus(alone.text_of_page(static_cast<int>(alone.rendered().pages))));
  CHECK(last.find(fmt::format("Total {}", money(sum))) != std::string::npos);
}

TEST_CASE("numbers, dates and texts each sort by what they are, empty cells at one end", "[report][sort]") {
  struct Case {
    std::string field;
    bool descending;
    std::string order;
  };
  const Case each = GENERATE(Case{"number", false, "2 3 1"}, Case{"number", true, "1 3 2"}, Case{"day", false, "3 1 2"},
                             Case{"day", true, "2 1 3"}, Case{"word", false, "3 2 1"}, Case{"word", true, "1 2 3"});
  RenderSpec spec = titled("Sorted");
  TableSection table;
  Column day = column("day");
  day.format = CellFormat::date;
  day.input = DateInput::dmy;
  table.columns = {column("row"), column("number"), day, column("word")};
  table.sort_by = {{each.field, each.descending}};
  spec.report.sections = {table};
  const DrawnReport report(
      spec, "row,number,day,word\nrow1,10,02.01.2026,zebra\nrow2,-9,01.02.2026,Äpfel\nrow3,9,31.12.2025,Apfel\n");
  std::string order;
  for (const std::string& line : lines_of(report))
    if (line.starts_with("row") && line[3] >= '1' && line[3] <= '3')
      order += std::string(order.empty() ? "" : " ") + line[3];
  INFO(each.field << report.text());
  CHECK(order == each.order);
}

TEST_CASE("sorted rows are grouped in their order", "[report][sort][groups]") {
  RenderSpec spec = ledger_spec();
  auto& table = std::get<TableSection>(spec.report.sections.front());
  table.sort_by = {{"group", true}};
  const Ledger data = ledger(std::vector<int>(40, 500));
  // Interleaved: every group's rows are far apart.
  std::vector<std::string> rows;
  std::istringstream text(data.csv);
  std::string header;
  std::getline(text, header);
  for (std::string line; std::getline(text, line);) rows.push_back(line);
  std::string csv = header + "\n";
  for (std::size_t i = 0; i < 500; ++i)
    for (std::size_t group = 0; group < 40; ++group) csv += rows[group * 500 + i] + "\n";
  const DrawnReport report(spec, csv, DrawnReport::Pictures{}, 3);
  std::vector<std::string> totals;
  for (const std::string& line : lines_of(report))
    if (line.starts_with("Total G")) totals.push_back(line);
  REQUIRE(totals.size() == 40);
  for (std::size_t i = 0; i < 40; ++i) {
    const auto& [name, sums] = data.groups[39 - i];
    CHECK(totals[i] == sums.line(name));
  }
  CHECK(DrawnReport(spec, csv).bytes() == report.bytes());
}
