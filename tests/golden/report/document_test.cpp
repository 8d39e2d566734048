// What a PDF is besides its pages: metadata, labels, fonts, attachment, encryption, linearization.
#include <fmt/format.h>

#include "base/fd.hpp"
#include "tests/golden/report/drawn_report.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/pdf_file.hpp"

using namespace platen;
using namespace platen::test;

namespace {

/// A report with every kind of section and every ornament that needs no upload.
RenderSpec full() {
  RenderSpec spec = titled("Full & \"whole\" <report> (é)");
  spec.report.subtitle = "Everything";
  spec.report.author = "O'Neil \\ Söhne";
  spec.report.document.subject = "Sub(ject";
  spec.report.document.keywords = "a, b, 日本";
  spec.report.document.language = "de-AT";
  spec.report.watermark.text = "DRAFT";
  spec.report.header = PageLine{"{title}", "", "{page}", ""};
  ChartSection chart;
  chart.x = "customer";
  chart.measures = {{Aggregate::sum, "amount", ""}};
  spec.report.sections = {ContentsSection{},
                          HeadingSection{"Chart", 1},
                          chart,
                          TextSection{"A **bold** and *italic* [link](https://example.org/)."},
                          PageBreakSection{},
                          HeadingSection{"Table", 1},
                          TableSection{}};
  return spec;
}

}  // namespace

TEST_CASE("the document says what it is: title, subject, keywords, language, labels", "[report][document]") {
  const DrawnReport report(full(), orders_csv(200));
  const PdfFile file(report.path());
  const auto& info = file.object(file.trailer().at("/Info"));
  CHECK(PdfFile::text_of(info.at("/Title")) == "Full & \"whole\" <report> (é)");
  CHECK(PdfFile::text_of(info.at("/Author")) == "O'Neil \\ Söhne");
  CHECK(PdfFile::text_of(info.at("/Subject")) == "Sub(ject");
  CHECK(PdfFile::text_of(info.at("/Keywords")) == "a, b, 日本");
  CHECK(PdfFile::text_of(info.at("/CreationDate")) == "D:20260301120000Z");
  const auto& catalog = file.catalog();
  CHECK(PdfFile::text_of(catalog.at("/Lang")) == "de-AT");
  CHECK(catalog.at("/PageLabels").at("/Nums").at(0) == 0);
  CHECK(catalog.at("/PageLabels").at("/Nums").at(1).at("/S") == "/D");
  CHECK(catalog.at("/ViewerPreferences").at("/DisplayDocTitle") == true);
  CHECK(catalog.at("/PageMode") == "/UseOutlines");
  const std::string metadata = file.stream(catalog.at("/Metadata"));
  CHECK(metadata.find(">Full &amp; \"whole\" &lt;report&gt; (é)<") != std::string::npos);
  CHECK(metadata.find("2026-03-01T12:00:00") != std::string::npos);
  CHECK(file.pages() == report.rendered().pages);
}

TEST_CASE("every reference leads to an object, whatever the report holds", "[report][document]") {
  RenderSpec spec = full();
  spec.report.document.accessible = GENERATE(false, true);
  spec.report.document.attach_data = true;
  const DrawnReport report(spec, orders_csv(300) + "7,日本 محمد 😀,1\n");
  CHECK(report.faults() == "");
  CHECK(PdfFile(report.path()).dangling().empty());
}

TEST_CASE("a reference without an object is found", "[report][document]") {
  const DrawnReport report(titled("Orders"), orders_csv(3));
  std::string bytes = report.bytes();
  const std::size_t at = bytes.find("/Metadata ") + 10;
  const std::size_t digits = bytes.find(' ', at) - at;
  REQUIRE(digits >= 2);
  bytes.replace(at, digits, std::string(digits, '9'));
  INFO(bytes.substr(bytes.find("/Catalog"), 300));
  const TempDir folder;
  REQUIRE(write_file(folder / "broken.pdf", bytes, 0600));
  CHECK(PdfFile(folder / "broken.pdf").dangling().size() == 1);
}

TEST_CASE("all fonts are embedded and named for what they are", "[report][document]") {
  const DrawnReport report(full(), orders_csv(20) + "7,日本 محمد,1\n");
  const auto fonts = PdfFile(report.path()).fonts();
  INFO(fmt::format("{}", fmt::join(fonts, ", ")));
  for (const std::string& font : fonts) CHECK(font.ends_with(" embedded"));
  CHECK(std::count(fonts.begin(), fonts.end(), "DejaVuSans embedded") == 1);
  CHECK(std::count(fonts.begin(), fonts.end(), "DejaVuSans-Bold embedded") == 1);
  CHECK(std::count(fonts.begin(), fonts.end(), "DejaVuSans-Oblique embedded") == 1);
  CHECK(std::any_of(fonts.begin(), fonts.end(),
                    [](const std::string& name) { return name.find("CJK") != std::string::npos; }));
}

TEST_CASE("the attached data is the data, byte for byte", "[report][document]") {
  RenderSpec spec = titled("Orders");
  spec.report.document.attach_data = true;
  const bool json = GENERATE(false, true);
  const std::string data = json ? "{\"a\":1}\r\n\n{\"a\":\"é\\u0000\"}"
                                : "\xEF\xBB\xBF"
                                  "a;b\r\n1;\"x\ny\"\r\n2;" +
                                      std::string(200'000, 'z');
  const DrawnReport report(spec, data);
  (void)report.rendered();
  const std::string name = json ? "data.ndjson" : "data.csv";
  const Output list = run({"qpdf", "--list-attachments", report.path()});
  CHECK(list.out.starts_with(name + " -> "));
  const Output shown = run({"qpdf", "--show-attachment=" + name, report.path()});
  CHECK(shown.exit_code == 0);
  CHECK(shown.out == data);
  CHECK(report.faults() == "");
}

TEST_CASE("a report without that wish has no attachment", "[report][document]") {
  const DrawnReport report(titled("Orders"), orders_csv(3));
  CHECK(run({"qpdf", "--list-attachments", report.path()}).out.find(" -> ") == std::string::npos);
}

TEST_CASE("a report with a password opens with it and not without", "[report][document]") {
  RenderSpec spec = full();
  spec.report.document.password = "geheim é";
  spec.report.document.owner_password = "owner";
  spec.report.document.linearize = GENERATE(false, true);
  const DrawnReport report(spec, orders_csv(100));
  (void)report.rendered();
  CHECK(run({"qpdf", "--check", report.path()}).exit_code == 2);
  CHECK(run({"pdftotext", report.path(), "-"}).exit_code != 0);
  CHECK(run({"qpdf", "--check", "--password=wrong", report.path()}).exit_code == 2);
  const Output checked = run({"qpdf", "--check", "--password=geheim é", report.path()});
  INFO(checked.out << checked.err);
  CHECK(checked.exit_code == 0);
  const Output encryption = run({"qpdf", "--show-encryption", "--password=geheim é", report.path()});
  CHECK(encryption.out.find("R = 6") != std::string::npos);
  CHECK(encryption.out.find("stream encryption method: AESv3") != std::string::npos);
  CHECK(encryption.out.find("Supplied password is user password") != std::string::npos);
  CHECK(encryption.out.find("Supplied password is owner password") == std::string::npos);
  CHECK(run({"qpdf", "--check", "--password=owner", report.path()}).exit_code == 0);
  const Output info = run({"pdfinfo", "-upw", "geheim é", report.path()});
  CHECK(info.exit_code == 0);
  CHECK(info.out.find("algorithm:AES-256") != std::string::npos);
  CHECK(info.out.find("change:no") != std::string::npos);
  CHECK(report.bytes().find("Customer") == std::string::npos);
  CHECK(report.bytes().find("Everything") == std::string::npos);
  const PdfFile file(report.path(), "geheim é");
  CHECK(file.dangling().empty());
  CHECK(file.outline().size() == 3);
  CHECK(file.pages() == report.rendered().pages);
}

TEST_CASE("a password to change a report lets anyone read it", "[report][document]") {
  RenderSpec spec = titled("Orders");
  spec.report.document.owner_password = "owner";
  const DrawnReport report(spec, orders_csv(10));
  CHECK(report.text().find("Customer 00010") != std::string::npos);
  CHECK(report.info().find("change:no") != std::string::npos);
}

TEST_CASE("a linearized report is one, and reads as the plain one does", "[report][document]") {
  RenderSpec spec = full();
  const DrawnReport plain(spec, orders_csv(300));
  spec.report.document.linearize = true;
  const DrawnReport report(spec, orders_csv(300));
  const Output checked = run({"qpdf", "--check-linearization", report.path()});
  INFO(checked.out << checked.err);
  CHECK(checked.exit_code == 0);
  CHECK(checked.out.find("no linearization errors") != std::string::npos);
  CHECK(run({"qpdf", "--check-linearization", plain.path()}).out.find("not linearized") != std::string::npos);
  CHECK(report.faults() == "");
  CHECK(report.text() == plain.text());
  CHECK(PdfFile(report.path()).dangling().empty());
  const DrawnReport again(spec, orders_csv(300));
  CHECK(again.bytes() == report.bytes());
}
