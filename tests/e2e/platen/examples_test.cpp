// The examples, as a user would run them.
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string examples = std::string(PLATEN_SOURCE) + "/examples/";

std::string output_of(std::vector<std::string> command) {
  Output output = run(std::move(command));
  INFO(output.out << output.err);
  REQUIRE(output.exit_code == 0);
  return output.out;
}

/// The text of a PDF, its words separated by one space; fails the test for what qpdf finds wrong with it.
std::string text_of(const std::string& pdf) {
  const Output checked = run({"qpdf", "--check", pdf});
  INFO(checked.out << checked.err);
  CHECK(checked.exit_code == 0);
  CHECK(checked.out.find("WARNING") == std::string::npos);
  std::string words;
  for (const char c : output_of({"pdftotext", "-layout", pdf, "-"})) {
    const bool space = c == ' ' || c == '\n' || c == '\f';
    if (!space || (!words.empty() && words.back() != ' ')) words.push_back(space ? ' ' : c);
  }
  return words;
}

struct Example {
  std::string name;
  std::vector<std::string> shown;
};

}  // namespace

TEST_CASE("each example's report holds its data, totals and charts") {
  Installation platen;
  const std::vector<Example> all = {
      {"invoices",
       {"Invoices, third quarter 2026", "Gross amounts by state", "2026-0301", "Übermorgen AG", "-1.050,98", "19",
        "overdue", "200.060,37", "Page 2 of 2"}},
      {"bank-statement",
       {"GB29 KENT 4012 7766 0419 38", "Thames Water, account 4471 0093", "31 Mar 2026", "£3,064.70", "£3,966.73",
        "Lowest of the day", "Page 1 of 1"}},
      {"sales",
       {"Revenue by month and channel", "2026-07", "Partner", "Pieces by month", "Share of revenue by product",
        "Forecast", "All sales", "3,774", "$253,657.39"}},
      {"multilingual", {"田中太郎", "日本語", "हिन्दी", "Ελληνικά", "Привіт", "Tiếng Việt", "Speakers (million)"}},
      {"wide-table", {"Cost centres, month by month", "Jan 25", "Dec 26", "Engineering", "Change", "12,839,550"}},
      {"ledger",
       {"Contents", "Entries by account", "account: 1400 Receivables", "(continued)", "Wages", "€187,727.91",
        "Turnover"}}};
  for (const Example& example : all) {
    INFO(example.name);
    const std::string pdf = platen.folder() / (example.name + ".pdf");
    const Output submitted =
        run({std::string(PLATEN_BINARIES) + "/platen", "submit", examples + example.name + ".csv", "--report",
             examples + example.name + ".json", "--watch", "-o", pdf, "--server", platen.url()});
    INFO(submitted.err);
    REQUIRE(submitted.exit_code == 0);
    const std::string text = text_of(pdf);
    INFO(text);
    for (const std::string& words : example.shown) {
      INFO(words);
      CHECK(text.find(words) != std::string::npos);
    }
  }
}

TEST_CASE("the inventory's pictures are uploaded and drawn") {
  Installation platen;
  const std::string pdf = platen.folder() / "inventory.pdf";
  const Output made = run({"sh", examples + "inventory.sh", platen.url(), pdf});
  INFO(made.err);
  INFO(platen.logs());
  REQUIRE(made.exit_code == 0);
  const std::string text = text_of(pdf);
  for (const char* words : {"Warehouse 2, Rotterdam", "CHR-102: none left", "Coffee grinder", "Value by category",
                            "MUG-301 Mug, stoneware"})
    CHECK(text.find(words) != std::string::npos);
  // Three pictures and a logo with its transparency: the logo stands on each page, but once in the file.
  const std::string images = output_of({"pdfimages", "-list", pdf});
  CHECK(images.find(" 360 ") != std::string::npos);
  CHECK(images.find(" 300 ") != std::string::npos);
  CHECK(images.find("smask") != std::string::npos);
}

TEST_CASE("the orders that the script prints fit the report beside it") {
  Installation platen;
  const std::string csv = output_of({"sh", examples + "orders.sh", "300"});
  REQUIRE(platen::write_file(platen.folder() / "orders.csv", csv, 0600));
  const std::string pdf = platen.folder() / "orders.pdf";
  const Output submitted = run({std::string(PLATEN_BINARIES) + "/platen", "submit", platen.folder() / "orders.csv",
                                "--report", examples + "orders.json", "--watch", "-o", pdf, "--server", platen.url()});
  INFO(submitted.err);
  REQUIRE(submitted.exit_code == 0);
  const std::string text = text_of(pdf);
  CHECK(text.find("Orders 2026") != std::string::npos);
  CHECK(text.find("1000300") != std::string::npos);
}
