// CSV: the tokenizer against libcsv, and what happens to text that is not quite CSV.
#include <csv.h>
#include <fmt/format.h>

#include <random>

#include "tests/unit/worker/data_support.hpp"
#include "worker/data/csv_tokenizer.hpp"
#include "worker/data/utf8.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

namespace {

/// What libcsv makes of a text, with cells made clean as ours are.
std::vector<Cells> by_libcsv(std::string_view text) {
  struct Rows {
    std::vector<Cells> done;
    Cells current;
  } rows;
  csv_parser parser;
  REQUIRE(csv_init(&parser, 0) == 0);
  csv_set_space_func(&parser, [](unsigned char) { return 0; });  // spaces are data
  const auto on_field = [](void* field, std::size_t size, void* context) {
    std::string cell;
    append_clean_cell(cell, {static_cast<const char*>(field), size});
    static_cast<Rows*>(context)->current.push_back(std::move(cell));
  };
  const auto on_row = [](int, void* context) {
    auto& all = *static_cast<Rows*>(context);
    all.done.push_back(std::exchange(all.current, {}));
  };
  REQUIRE(csv_parse(&parser, text.data(), text.size(), on_field, on_row, &rows) == text.size());
  csv_fini(&parser, on_field, on_row, &rows);
  csv_free(&parser);
  return rows.done;
}

/// Random CSV that follows the rules: quotes where they are needed, and where they are not.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string csv() {
    const std::size_t columns = 1 + below(5);
    std::string text;
    for (std::size_t column = 0; column < columns; ++column) text += fmt::format("{}c{}", column ? "," : "", column);
    text += line_end();
    for (std::size_t rows = below(12); rows > 0; --rows) {
      for (std::size_t column = 0; column < columns; ++column) text += (column ? "," : "") + field();
      text += rows == 1 && below(2) == 0 ? "" : line_end();
      if (below(8) == 0) text += line_end();
    }
    return text;
  }

  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  std::string field() {
    static const std::vector<std::string> pieces = {"a",  "bc", "é",    "田",   ",",
                                                    "\"", "\n", "\r\n", " ",    "\t",
                                                    ";",  "12", "\r",   "\xFF", "long enough for a word or two"};
    std::string content;
    for (std::size_t count = below(5); count > 0; --count) content += pieces[below(pieces.size())];
    const bool must_quote = content.find_first_of(",\n\r") != std::string::npos || content.substr(0, 1) == "\"";
    if (!must_quote && below(3) > 0) return content;
    std::string quoted = "\"";
    for (const char byte : content) quoted += byte == '"' ? std::string("\"\"") : std::string(1, byte);
    return quoted + "\"";
  }
  std::string line_end() { return std::vector<std::string>{"\n", "\r\n", "\r"}[below(3)]; }

  std::mt19937 random_;
};

const DataSpec comma{
    .format = DataFormat::csv, .delimiter = ',', .encoding = Encoding::utf8, .decimal = {}, .upload = {}, .rows = {}};

}  // namespace

TEST_CASE("CSV is read as libcsv reads it", "[data]") {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const std::string text = Generator(seed).csv();
    INFO("seed " << seed << ":\n" << text);
    auto expected = by_libcsv(text);
    const Table table = read_table(text, comma);
    REQUIRE_FALSE(table.error);
    REQUIRE(table.columns == expected.front());
    expected.erase(expected.begin());
    REQUIRE(table.rows == expected);
  }
}

TEST_CASE("a record that is cut anywhere is incomplete or the same", "[data]") {
  for (unsigned seed = 0; seed < 100; ++seed) {
    const std::string text = Generator(seed).csv();
    CsvTokenizer whole(',');
    CsvTokenizer part(',');
    const CsvOutcome outcome = whole.read(text, true);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      INFO("seed " << seed << ", cut at " << cut);
      const CsvOutcome cut_outcome = part.read(std::string_view(text).substr(0, cut), false);
      if (cut_outcome == CsvOutcome::incomplete) continue;
      REQUIRE(cut_outcome == outcome);
      REQUIRE(part.bytes() == whole.bytes());
      REQUIRE(part.lines() == whole.lines());
      REQUIRE(part.fields().size() == whole.fields().size());
    }
  }
}

TEST_CASE("from any row's position the rest reads the same", "[data]") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    const std::string text = Generator(seed).csv();
    INFO("seed " << seed << ":\n" << text);
    const Dialect dialect;
    const auto source = open_rows(text, dialect).value();
    const auto other = open_rows(text, dialect).value();
    std::vector<Position> positions{source->position()};
    std::vector<Row> rows;
    Row row;
    while (source->next(row).value()) {
      rows.push_back(row);
      positions.push_back(source->position());
    }
    for (std::size_t from = positions.size(); from-- > 0;) {
      other->seek(positions[from]);
      REQUIRE(other->position() == positions[from]);
      for (std::size_t index = from; index < rows.size(); ++index) {
        REQUIRE(other->next(row).value());
        REQUIRE(row.number == rows[index].number);
        REQUIRE(row.line == rows[index].line);
        REQUIRE(row.cells.size() == rows[index].cells.size());
      }
      REQUIRE_FALSE(other->next(row).value());
    }
  }
}

TEST_CASE("text of any kind is read to an end or an error", "[data]") {
  std::mt19937 random(7);
  const std::string_view alphabet = "a,\"\n\r; \t\xC3\xA9\xFF\x01{}:1";
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (std::size_t size = random() % 60; size > 0; --size) text.push_back(alphabet[random() % alphabet.size()]);
    INFO(text);
    for (const OnBadRow on_bad_row : {OnBadRow::fail, OnBadRow::skip}) {
      const Table table = read_table(text, {}, {.on_bad_row = on_bad_row});
      for (const Cells& cells : table.rows) {
        REQUIRE(cells.size() <= table.columns.size());
        for (const std::string& cell : cells) REQUIRE(is_clean_cell(cell));
      }
    }
  }
}

TEST_CASE("a row with a wrong number of fields is named, or left out and counted", "[data]") {
  const std::string text = "a,b,c\n1,2,3\n\"x\ny\",2,3\n4,5\n6,7,8\n9,9,9,9\n";
  const Table failed = read_table(text);
  CHECK(failed.error->code == Errc::bad_data);
  CHECK(error_of(failed) == "Row 3 (line 5) has 2 fields; the header has 3.");
  CHECK(failed.rows.size() == 2);

  const Table skipped = read_table(text, {}, {.on_bad_row = OnBadRow::skip});
  CHECK_FALSE(skipped.error);
  CHECK(skipped.skipped == 2);
  CHECK(skipped.rows == std::vector<Cells>{{"1", "2", "3"}, {"x\ny", "2", "3"}, {"6", "7", "8"}});
}

TEST_CASE("text behind a closing quote makes a bad row", "[data]") {
  const std::string text = "a,b\n\"x\"y,1\nz,2\n\"spaces are fine\"  ,3\n";
  CHECK(error_of(read_table(text)) == "Row 1 (line 2) has text after a closing quote.");
  const Table skipped = read_table(text, {}, {.on_bad_row = OnBadRow::skip});
  CHECK(skipped.rows == std::vector<Cells>{{"z", "2"}, {"spaces are fine", "3"}});
}

TEST_CASE("a quote that is never closed is named by the line where it begins, skipping or not", "[data]") {
  const std::string text = "a,b\n1,2\n3,\"\"\"4\n5,6\n";
  for (const OnBadRow on_bad_row : {OnBadRow::fail, OnBadRow::skip})
    CHECK(error_of(read_table(text, comma, {.on_bad_row = on_bad_row})) ==
          "Row 2 (line 3), column 'b': the quote that begins in line 3 is never closed.");
  CHECK(error_of(read_table("a,b\n\"1\n2\",\"3\n", comma)) ==
        "Row 1 (line 2), column 'b': the quote that begins in line 3 is never closed.");
}

TEST_CASE("fields and rows have bounds", "[data]") {
  const std::string longest(max_field_bytes, 'x');
  CHECK(read_table("a\n" + longest + "\n").rows.front().front().size() == max_field_bytes);
  CHECK(read_table("a\n\"" + longest + "\"\n").rows.front().front().size() == max_field_bytes);
  CHECK(error_of(read_table("a\n" + longest + "x\n")) ==
        "Row 1 (line 2), column 'a': the field that begins in line 2 is longer than 1048576 bytes. Is a quote not "
        "closed?");
  CHECK(error_of(read_table("a\n\"" + longest + "x\"\n")).find("is longer than 1048576 bytes") != std::string::npos);
  std::string long_row = "a";
  for (int count = 0; count < 17; ++count) long_row += fmt::format(",c{}", count);
  long_row += "\n";
  for (int count = 0; count < 18; ++count) long_row += (count ? "," : "") + longest;
  CHECK(error_of(read_table(long_row, comma)) == "Row 1 (line 2) is longer than 16777216 bytes.");
  const std::string wide(max_columns, ',');
  CHECK(error_of(read_table("a,b\n" + wide + "\n", comma)) == "Row 1 (line 2) has more than 10000 fields.");
}

TEST_CASE("a header must name each column once", "[data]") {
  CHECK(error_of(read_table("")) == "The data is empty: its first line must name the columns.");
  CHECK(error_of(read_table("\n\r\n\n")) == "The data is empty: its first line must name the columns.");
  CHECK(error_of(read_table("a,,c\n1,2,3\n")) == "Column 2 of the header has no name.");
  CHECK(error_of(read_table("a,b, \n1,2,3\n")) == "Column 3 of the header has no name.");
  CHECK(error_of(read_table("a,b, a\n1,2,3\n")) == "The header has the column 'a' twice, as columns 1 and 3.");
  CHECK(error_of(read_table("a,\"b\n1,2\n")) ==
        "The header (line 1): the quote that begins in line 1 is never closed.");
  const Table only_header = read_table("a,b\n");
  CHECK(only_header.columns == Cells{"a", "b"});
  CHECK(only_header.rows.empty());
}

TEST_CASE("blank lines are left out wherever they are", "[data]") {
  const Table table = read_table("\n\na,b\n\n1,2\r\n\r\n\r3,4\n\n\n");
  CHECK(table.rows == std::vector<Cells>{{"1", "2"}, {"3", "4"}});
  CHECK(read_table("a\n1\n\n\"\"\n2\n").rows == std::vector<Cells>{{"1"}, {""}, {"2"}});
}

TEST_CASE("cells are clean: no broken UTF-8, no control characters", "[data]") {
  using namespace std::string_literals;
  const std::string text = "a,b\nx\x00y,\xFF\n\"1\r\n2\t3\",\x7F\xC2\x85z\n"s;
  const Table table = read_table(text, comma);
  CHECK(table.rows == std::vector<Cells>{{"x\uFFFDy", "\uFFFD"}, {"1\n2 3", "\uFFFD\uFFFDz"}});
  CHECK(table.replaced == 4);
}
