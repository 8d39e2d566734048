// Encodings and dialects: what the data is, as given or as its bytes tell.
#include <fcntl.h>
#include <fmt/format.h>

#include "tests/support/temp_dir.hpp"
#include "tests/unit/worker/data_support.hpp"
#include "worker/data/input.hpp"
#include "worker/data/text_reader.hpp"
#include "worker/data/utf8.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

namespace {

std::string utf16(std::u16string_view text, Encoding encoding) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    bytes += encoding == Encoding::utf16le ? std::string{low, high} : std::string{high, low};
  }
  return bytes;
}

DataSpec with(Encoding encoding) {
  DataSpec spec;
  spec.encoding = encoding;
  return spec;
}

constexpr std::u16string_view text16 = u"name;city\r\nZoë;Łódź\r\n田中😀;\"a;\nb\"\r\n";
const std::vector<Cells> rows16 = {{"Zoë", "Łódź"}, {"田中😀", "a;\nb"}};

}  // namespace

TEST_CASE("UTF-16 is read in both orders, with and without a byte order mark", "[data]") {
  for (const Encoding encoding : {Encoding::utf16le, Encoding::utf16be}) {
    for (const bool marked : {true, false}) {
      const std::string bytes = utf16((marked ? u"\uFEFF" : u"") + std::u16string(text16), encoding);
      CHECK(detect_dialect(bytes, {})->encoding == encoding);
      for (const DataSpec& spec : {DataSpec{}, with(encoding)}) {
        const Table table = read_table(bytes, spec);
        CHECK(table.columns == Cells{"name", "city"});
        CHECK(table.rows == rows16);
        CHECK(table.replaced == 0);
      }
    }
  }
}

TEST_CASE("halves of UTF-16 characters become U+FFFD and are counted", "[data]") {
  const std::u16string lone{u'a', u'\n', 0xD800, u'\n', 0xDC00, u'x', u'\n', u'y'};
  for (const Encoding encoding : {Encoding::utf16le, Encoding::utf16be}) {
    const Table table = read_table(utf16(lone, encoding) + "z", with(encoding));
    CHECK(table.rows == std::vector<Cells>{{"\uFFFD"}, {"\uFFFDx"}, {"y\uFFFD"}});
    CHECK(table.replaced == 3);
  }
}

TEST_CASE("Windows-1252 is read, and what it does not define is counted", "[data]") {
  const std::string bytes = "name,price\nZo\xEB,\x80 5\n\x93quoted\x94,\x81\n";
  CHECK(detect_dialect(bytes, {})->encoding == Encoding::windows1252);
  const Table table = read_table(bytes);
  CHECK(table.rows == std::vector<Cells>{{"Zoë", "€ 5"}, {"“quoted”", "\uFFFD"}});
  CHECK(table.replaced == 1);
}

TEST_CASE("UTF-8 is told from Windows-1252 by what is not ASCII, however late it comes", "[data]") {
  const std::string ascii = "a,b\n" + std::string(300'000, 'x') + ",1\n";
  CHECK(detect_dialect(ascii, {})->encoding == Encoding::utf8);
  CHECK(detect_dialect(ascii + "é,1\n", {})->encoding == Encoding::utf8);
  CHECK(detect_dialect(ascii + "\xE9,1\n", {})->encoding == Encoding::windows1252);
  CHECK(detect_dialect("a\ncaf\xE9", {})->encoding == Encoding::windows1252);
  CHECK(detect_dialect("a\nééé\xFF\n", {})->encoding == Encoding::utf8);
  // A character that the sample's end cuts in two is no fault.
  CHECK(detect_dialect("a\n" + std::string(64 * 1024 - 1, 'x').insert(0, "é"), {})->encoding == Encoding::utf8);
}

TEST_CASE("broken UTF-8 becomes U+FFFD and is counted, a byte order mark is left out", "[data]") {
  const Table table =
      read_table("\xEF\xBB\xBF\"a\",b\nZo\xC3\xAB,\xC3\nx\xE2\x82y,\xED\xA0\x80\n", with(Encoding::utf8));
  CHECK(table.columns == Cells{"a", "b"});
  CHECK(table.rows == std::vector<Cells>{{"Zoë", "\uFFFD"}, {"x\uFFFDy", "\uFFFD\uFFFD\uFFFD"}});
  CHECK(table.replaced == 5);
}

TEST_CASE("large data in other encodings reads as in UTF-8, from any position", "[data]") {
  std::string plain = "id,text\n";
  std::u16string wide = u"id,text\n";
  std::string narrow = plain;
  for (int row = 0; row < 30'000; ++row) {
    const std::string id = fmt::format("{},", row);
    plain += id + "Zoë €\n";
    narrow += id + "Zo\xEB \x80\n";
    wide += std::u16string(id.begin(), id.end()) + u"Zoë €\n";
  }
  const Table expected = read_table(plain);
  REQUIRE(expected.rows.size() == 30'000);
  for (const auto& [bytes, encoding] :
       {std::pair(narrow, Encoding::windows1252), std::pair(utf16(wide, Encoding::utf16le), Encoding::utf16le),
        std::pair(utf16(wide, Encoding::utf16be), Encoding::utf16be)}) {
    const auto source = open_rows(bytes, {.encoding = encoding}).value();
    std::vector<Position> positions;
    Row row;
    for (positions.push_back(source->position()); source->next(row).value(); positions.push_back(source->position()))
      REQUIRE(cells_of(row) == expected.rows[row.number - 1]);
    REQUIRE(positions.size() == expected.rows.size() + 1);
    CHECK(positions.back().offset == bytes.size());
    for (std::size_t from = 0; from < expected.rows.size(); from += 997) {
      source->seek(positions[from]);
      REQUIRE(source->next(row).value());
      REQUIRE(row.number == from + 1);
      REQUIRE(cells_of(row) == expected.rows[from]);
      REQUIRE(source->position() == positions[from + 1]);
    }
  }
}

TEST_CASE("a surrogate pair across two blocks stays whole", "[data]") {
  std::u16string wide = u"a\nx";
  for (int count = 0; count < 200'000; ++count) wide += u"😀";
  const Table table = read_table(utf16(wide, Encoding::utf16le), with(Encoding::utf16le));
  REQUIRE(table.rows.size() == 1);
  CHECK(table.replaced == 0);
  CHECK(table.rows.front().front().size() == 1 + 4 * 200'000);
}

TEST_CASE("the delimiter is the one that cuts the records evenly", "[data]") {
  const auto delimiter = [](std::string_view text) { return detect_dialect(text, {})->delimiter; };
  CHECK(delimiter("a,b\n1,2\n") == ',');
  CHECK(delimiter("a;b\n1,5;2,5\n") == ';');
  CHECK(delimiter("a\tb,c\n1\t2\n") == '\t');
  CHECK(delimiter("a|b|c\n1|2|3\n") == '|');
  CHECK(delimiter("a,b;c\n\"1;2\",3;4\n\"5;6\",7;8\n") == ',');
  CHECK(delimiter("name;note\nx;\"a, b, c\"\ny;\"d, e\"\n") == ';');
  CHECK(delimiter("single\n1\n2\n") == ',');
  CHECK(delimiter("a;b,c;d\n1;2;3\n4;5;6\n") == ';');
  CHECK(delimiter("") == ',');
  DataSpec spec;
  spec.delimiter = ':';
  CHECK(read_table("a:b\n1,2:3\n", spec).rows == std::vector<Cells>{{"1,2", "3"}});
}

TEST_CASE("NDJSON is told from CSV by its first character", "[data]") {
  CHECK(detect_dialect("\n {\"a\":1}\n", {})->format == DataFormat::ndjson);
  CHECK(detect_dialect("a,b\n{},1\n", {})->format == DataFormat::csv);
  CHECK(detect_dialect("\xEF\xBB\xBF{\"a\":1}", {})->format == DataFormat::ndjson);
  DataSpec csv;
  csv.format = DataFormat::csv;
  CHECK(read_table("{a,b\n1,2\n", csv).columns == Cells{"{a", "b"});
  CHECK(error_of(read_table(" [\n {\"a\":1}]")).find("Send NDJSON") != std::string::npos);
}

TEST_CASE("a file is mapped and read, and so is an empty one", "[data]") {
  const platen::test::TempDir folder;
  for (const std::string text : {"", "a,b\n1,2\n"}) {
    REQUIRE(write_file(folder / "data", text, 0600));
    const Fd file(::open((folder / "data").c_str(), O_RDONLY | O_CLOEXEC));
    auto input = Input::map(file);
    REQUIRE(input);
    const Input moved = std::move(*input);
    CHECK(moved.bytes() == text);
  }
}
