#include <fmt/format.h>

#include "tests/unit/codec/requests.hpp"

using namespace platen;
using namespace platen::codec;
using namespace platen::test;

TEST_CASE("the smallest request has a title and rows, and defaults for all else", "[codec]") {
  const auto request = decode_request(R"({"report":{"title":"T"},"data":{"rows":[{"b":1,"a":"x"}]}})");
  REQUIRE(request);
  CHECK(request->render.report.title == "T");
  CHECK(request->render.report.sections.empty());
  CHECK(request->render.report.page.margin.left_mm == 15);
  CHECK(request->render.data.rows == R"([{"b":1,"a":"x"}])");
  JobOptions options;
  options.filename = "T.pdf";
  CHECK(request->options == options);
}

TEST_CASE("a full report is read into the domain", "[codec]") {
  const auto request = decode_request(R"({
    "report": {"title": "Orders", "subtitle": "All", "author": "Finance", "on_bad_row": "skip",
      "page": {"size": "Letter", "orientation": "portrait", "margin_mm": 12.5},
      "theme": {"font": "Noto Sans", "size_pt": 9, "accent": "#ABCDEF"},
      "sections": [{"type": "heading", "text": "Summary", "level": 2}, {"type": "text", "text": "one\ntwo"},
        {"type": "table", "zebra": false, "columns": [
          {"field": "total", "label": "Total", "format": "currency", "currency": "EUR", "decimals": 2,
           "align": "right", "width_mm": 30, "overflow": "wrap", "total": "sum"}]},
        {"type": "page_break"}]},
    "data": {"upload": "upl_01arz3ndektsv4rrffq69g5fav", "format": "csv", "delimiter": "\t", "encoding": "windows-1252",
             "decimal": ","},
    "options": {"priority": "high", "delay_seconds": 1.5, "max_attempts": 5, "timeout_seconds": 60,
                "retention_seconds": 3600, "filename": "orders 2026", "tags": {"team": "finance"}}})");
  REQUIRE(request);
  const ReportSpec& report = request->render.report;
  CHECK(report.subtitle == "All");
  CHECK(report.author == "Finance");
  CHECK(report.on_bad_row == OnBadRow::skip);
  CHECK(report.page.size == PageSize::letter);
  CHECK(report.page.orientation == Orientation::portrait);
  CHECK(report.page.margin.top_mm == 12.5);
  CHECK(report.theme.font == "Noto Sans");
  CHECK(report.theme.size_pt == 9);
  CHECK(report.theme.accent == "#ABCDEF");
  REQUIRE(report.sections.size() == 4);
  CHECK(std::get<HeadingSection>(report.sections[0]).level == 2);
  CHECK(std::get<TextSection>(report.sections[1]).text == "one\ntwo");
  const auto& table = std::get<TableSection>(report.sections[2]);
  CHECK_FALSE(table.zebra);
  const Column& column = table.columns.at(0);
  CHECK(column.field == "total");
  CHECK(column.format == CellFormat::currency);
  CHECK(column.currency == "EUR");
  CHECK(column.decimals == 2U);
  CHECK(column.align == Align::right);
  CHECK(column.width_mm == 30);
  CHECK(column.overflow == Overflow::wrap);
  CHECK(column.total == Aggregate::sum);
  CHECK(std::holds_alternative<PageBreakSection>(report.sections[3]));
  const DataSpec& data = request->render.data;
  CHECK(data.upload == upload);
  CHECK(data.format == DataFormat::csv);
  CHECK(data.delimiter == '\t');
  CHECK(data.encoding == Encoding::windows1252);
  CHECK(data.decimal == ',');
  const JobOptions& options = request->options;
  CHECK(options.priority == Priority::high);
  CHECK(options.delay == std::chrono::milliseconds(1500));
  CHECK(options.max_attempts == 5);
  CHECK(options.timeout == std::chrono::seconds(60));
  CHECK(options.retention == std::chrono::hours(1));
  CHECK(options.filename == "orders 2026.pdf");
  CHECK(options.tags == std::map<std::string, std::string>{{"team", "finance"}});
}

TEST_CASE("an unknown field is named with its place and the nearest known one", "[codec]") {
  check_misfit(R"({"report":{"title":"T"},"data":{"rows":[]},"optoins":{}})", "/optoins", "Did you mean 'options'?");
  check_misfit(with_report(R"("subtitel":"x")"), "/report/subtitel", "Did you mean 'subtitle'?");
  check_misfit(with_report(R"("page":{"sise":"A4"})"), "/report/page/sise", "Did you mean 'size'?");
  check_misfit(with_report(R"("theme":{"colour":"red"})"), "/report/theme/colour",
               "Known: 'font', 'size_pt', 'accent', 'text'.");
  check_misfit(with_column(R"("field":"a","lable":"A")"), "/report/sections/0/columns/0/lable",
               "Did you mean 'label'?");
  check_misfit(with_data(R"("rows":[],"encodign":"utf-8")"), "/data/encodign", "Did you mean 'encoding'?");
  check_misfit(with_options(R"("prio/ri~ty":"high")"), "/options/prio~1ri~0ty", "Did you mean 'priority'?");
  check_misfit(with_report(R"("sections":[{"type":"tabel"}])"), "/report/sections/0/type", "Did you mean 'table'?");
  check_misfit(with_section(R"("type":"diagram")"), "/report/sections/0/type",
               "'heading', 'text', 'table', 'chart', 'image', 'page_break', 'table_of_contents'");
  check_misfit(with_section(R"("type":"page_break","text":"x")"), "/report/sections/0/text", "Known: 'type'.");
}

TEST_CASE("a report's values have kinds and ranges", "[codec]") {
  const std::string title(301, 'x');
  check_misfit(R"({"report":{},"data":{"rows":[]}})", "/report/title", "missing");
  check_misfit(R"({"report":{"title":""},"data":{"rows":[]}})", "/report/title", "empty");
  check_misfit(R"({"report":{"title":"  "},"data":{"rows":[]}})", "/report/title", "empty");
  check_misfit(R"({"report":{"title":7},"data":{"rows":[]}})", "/report/title", "must be a text, not a number");
  check_misfit(R"({"report":{"title":")" + title + R"("},"data":{"rows":[]}})", "/report/title", "301 characters");
  check_misfit(R"({"report":{"title":"a\u0007"},"data":{"rows":[]}})", "/report/title", "control");
  check_misfit(R"({"report":{"title":"a\nb"},"data":{"rows":[]}})", "/report/title", "one line");
  check_misfit(R"({"report":[],"data":{"rows":[]}})", "/report", "must be an object, not an array");
  check_misfit(with_report(R"("page":7)"), "/report/page", "must be an object, not a number");
  check_misfit(with_report(R"("page":{"size":"a4"})"), "/report/page/size", "Did you mean 'A4'?");
  check_misfit(with_report(R"("page":{"orientation":"tall"})"), "/report/page/orientation", "'portrait', 'landscape'");
  check_misfit(with_report(R"("page":{"margin_mm":4.9})"), "/report/page/margin_mm", "5 to 60 mm");
  check_misfit(with_report(R"("page":{"margin_mm":61})"), "/report/page/margin_mm", "5 to 60 mm");
  check_misfit(with_report(R"("page":{"margin_mm":"15"})"), "/report/page/margin_mm", "must be a number");
  check_misfit(with_report(R"("theme":{"size_pt":4})"), "/report/theme/size_pt", "5 to 24 pt");
  check_misfit(with_report(R"("theme":{"size_pt":25})"), "/report/theme/size_pt", "5 to 24 pt");
  check_misfit(with_report(R"("theme":{"accent":"blue"})"), "/report/theme/accent", "#1f6feb");
  check_misfit(with_report(R"("theme":{"accent":"#12345g"})"), "/report/theme/accent", "#1f6feb");
  check_misfit(with_report(R"("on_bad_row":"ignore")"), "/report/on_bad_row", "'fail', 'skip'");
  check_misfit(with_report(R"("sections":{})"), "/report/sections", "must be an array");
  check_misfit(with_report(R"("sections":[7])"), "/report/sections/0", "must be an object");
  check_misfit(with_report(R"("sections":[{}])"), "/report/sections/0/type", "missing");
  check_misfit(with_report(R"("sections":[{"type":"heading"}])"), "/report/sections/0/text", "missing");
  check_misfit(with_report(R"("sections":[{"type":"heading","text":"H","level":4}])"), "/report/sections/0/level",
               "1 to 3");
  check_misfit(with_report(R"("sections":[{"type":"heading","text":"H","level":1.5}])"), "/report/sections/0/level",
               "whole number");
  const std::string text(20'001, 'x');
  check_misfit(with_report(R"("sections":[{"type":"text","text":")" + text + "\"}]"), "/report/sections/0/text",
               "20001 characters");
}

TEST_CASE("a column's values have kinds and ranges, and go together", "[codec]") {
  const std::string at = "/report/sections/0/columns/0/";
  check_misfit(with_column(R"("label":"A")"), at + "field", "missing");
  check_misfit(with_column(R"("field":"")"), at + "field", "empty");
  check_misfit(with_column(R"("field":"a","format":"money")"), at + "format", "'currency'");
  check_misfit(with_column(R"("field":"a","format":"currency")"), at + "currency", "missing");
  check_misfit(with_column(R"("field":"a","format":"currency","currency":"eur")"), at + "currency", "capital");
  check_misfit(with_column(R"("field":"a","format":"integer","currency":"EUR")"), at + "currency", "only with");
  check_misfit(with_column(R"("field":"a","decimals":11)"), at + "decimals", "0 to 10");
  check_misfit(with_column(R"("field":"a","decimals":-1)"), at + "decimals", "0 to 10");
  check_misfit(with_column(R"("field":"a","format":"text","decimals":2)"), at + "decimals", "only with");
  check_misfit(with_column(R"("field":"a","align":"middle")"), at + "align", "'center'");
  check_misfit(with_column(R"("field":"a","width_mm":1)"), at + "width_mm", "3 to 1000 mm");
  check_misfit(with_column(R"("field":"a","overflow":"clip")"), at + "overflow", "'ellipsis', 'wrap'");
  check_misfit(with_column(R"("field":"a","total":"mean")"), at + "total", "'average'");
  check_misfit(with_column(R"("field":"a","format":"date","total":"sum")"), at + "total", "numbers");
  CHECK(decode_request(with_column(R"("field":"a","format":"date","total":"max")")));
}

TEST_CASE("sections and columns are bounded", "[codec]") {
  std::string many = R"({"field":"a"})";
  for (int i = 1; i < 200; ++i) many += R"(,{"field":"a"})";
  const auto table = [](const std::string& columns) {
    return with_report(R"("sections":[{"type":"table","columns":[)" + columns + "]}]");
  };
  CHECK(decode_request(table(many)));
  check_misfit(table(many + R"(,{"field":"a"})"), "/report/sections/0/columns", "at most 200");
  std::string breaks = R"({"type":"page_break"})";
  for (int i = 1; i < 200; ++i) breaks += R"(,{"type":"page_break"})";
  CHECK(decode_request(with_report("\"sections\":[" + breaks + "]")));
  check_misfit(with_report("\"sections\":[" + breaks + R"(,{"type":"page_break"}])"), "/report/sections",
               "at most 200");
}

TEST_CASE("when a job may start and in which group it waits is read", "[codec]") {
  const auto read = [](const std::string& options) {
    auto request = decode_request(with_options(options));
    REQUIRE(request);
    return request->options;
  };
  CHECK(read(R"("not_before":"2026-03-01T07:30:00.5+01:30")").not_before ==
        std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(6) +
            std::chrono::milliseconds(500));
  CHECK(read(R"("group":"Müller & Söhne")").group == "Müller & Söhne");
  CHECK(read(R"("expiry_seconds":60)").expiry == std::chrono::minutes(1));
  CHECK(read("").expiry == std::chrono::hours(24));
  CHECK(read(R"("dedupe":"content")").dedupe == Dedupe::content);
  CHECK(read("").dedupe == Dedupe::none);
  check_misfit(with_options(R"("dedupe":"all")"), "/options/dedupe", "'content'");
  CHECK_FALSE(read("").not_before);

  check_misfit(with_options(R"("not_before":"tomorrow")"), "/options/not_before", "2026-03-01T06:00:00Z");
  check_misfit(with_options(R"("not_before":1772344800)"), "/options/not_before", "must be a text");
  check_misfit(with_options(R"("not_before":"2026-03-01T06:00:00Z","delay_seconds":1)"), "/options/not_before",
               "not both");
  check_misfit(with_options(R"("group":"")"), "/options/group", "must not be empty");
  check_misfit(with_options(R"("group":")" + std::string(129, 'x') + "\""), "/options/group", "129 characters");
  check_misfit(with_options(R"("group":"a\nb")"), "/options/group", "control");
  check_misfit(with_options(R"("expiry_seconds":0)"), "/options/expiry_seconds", "1 to 2592000 seconds");
  check_misfit(with_options(R"("expiry_seconds":2592001)"), "/options/expiry_seconds", "1 to 2592000 seconds");
}

TEST_CASE("options have kinds and ranges", "[codec]") {
  check_misfit(with_options(R"("priority":"urgent")"), "/options/priority", "'high', 'normal', 'low'");
  check_misfit(with_options(R"("delay_seconds":-1)"), "/options/delay_seconds", "0 to 2592000 seconds");
  check_misfit(with_options(R"("delay_seconds":2592001)"), "/options/delay_seconds", "0 to 2592000 seconds");
  check_misfit(with_options(R"("max_attempts":0)"), "/options/max_attempts", "1 to 20");
  check_misfit(with_options(R"("max_attempts":21)"), "/options/max_attempts", "1 to 20");
  check_misfit(with_options(R"("max_attempts":2.5)"), "/options/max_attempts", "whole number");
  check_misfit(with_options(R"("timeout_seconds":0)"), "/options/timeout_seconds", "1 to 86400 seconds");
  check_misfit(with_options(R"("timeout_seconds":86401)"), "/options/timeout_seconds", "1 to 86400 seconds");
  check_misfit(with_options(R"("retention_seconds":59)"), "/options/retention_seconds", "60 to 7776000 seconds");
  check_misfit(with_options(R"("retention_seconds":7776001)"), "/options/retention_seconds", "60 to 7776000 seconds");
  check_misfit(with_options(R"("filename":"../../etc/passwd")"), "/options/filename", "without a path");
  check_misfit(with_options(R"("filename":"a\\b")"), "/options/filename", "without a path");
  check_misfit(with_options(R"("filename":"a\u0000b")"), "/options/filename", "control");
  check_misfit(with_options(R"("filename":"..")"), "/options/filename", "dot");
  check_misfit(with_options(R"("filename":")" + std::string(197, 'x') + "\""), "/options/filename", "201 bytes");
  check_misfit(with_options(R"("tags":[])"), "/options/tags", "must be an object");
  check_misfit(with_options(R"("tags":{"a":1})"), "/options/tags/a", "must be a text");
  check_misfit(with_options(R"("tags":{"a b":"c"})"), "/options/tags/a b", "letters");
  check_misfit(with_options(R"("tags":{"a":")" + std::string(257, 'x') + "\"}"), "/options/tags/a", "257 characters");
  std::string tags;
  for (int i = 0; i < 21; ++i) tags += fmt::format(R"({}"t{}":"x")", i == 0 ? "" : ",", i);
  check_misfit(with_options("\"tags\":{" + tags + "}"), "/options/tags", "at most 20");
}

TEST_CASE("a file name gets its ending where it has none", "[codec]") {
  const auto filename = [](const std::string& name) {
    return decode_request(with_options(R"("filename":")" + name + "\"")).value().options.filename;
  };
  CHECK(filename("a") == "a.pdf");
  CHECK(filename("a.PDF") == "a.PDF");
  CHECK(filename("año 2026.v2") == "año 2026.v2.pdf");
}

TEST_CASE("a job without a file name gets one of its title, good on any system", "[codec]") {
  const auto filename = [](const std::string& title) {
    return decode_request(R"({"report":{"title":")" + title + R"("},"data":{"rows":[]}})").value().options.filename;
  };
  CHECK(filename("Orders 2026") == "Orders 2026.pdf");
  CHECK(filename("In/Out: a\\\\b") == "In-Out- a-b.pdf");
  CHECK(filename("../x") == "-x.pdf");
  CHECK(filename("...") == "report.pdf");
  std::string long_title = "x";
  for (int i = 0; i < 120; ++i) long_title += "é";
  CHECK(filename(long_title).size() == 199);  // 200 would end within a letter
}

TEST_CASE("the data has exactly one source", "[codec]") {
  check_misfit(R"({"report":{"title":"T"}})", "/data", "missing");
  check_misfit(with_data(""), "/data", "missing");
  check_misfit(R"({"report":{"title":"T"},"data":[]})", "/data", "must be an object, not an array");
  check_misfit(with_data(R"("rows":[],"upload":")" + upload + "\""), "/data/upload", "not both");
  check_misfit(with_data(R"("upload":"orders.csv")"), "/data/upload", "upl_");
  check_misfit(with_data(R"("rows":{})"), "/data/rows", "must be an array of objects, not an object");
  check_misfit(with_data(R"("rows":[],"format":"csv")"), "/data/format", "only with an upload");
  check_misfit(with_data(R"("upload":")" + upload + R"(","format":"xlsx")"), "/data/format", "'csv', 'ndjson'");
  check_misfit(with_data(R"("upload":")" + upload + R"(","format":"ndjson","delimiter":";")"), "/data/delimiter",
               "CSV");
  check_misfit(with_data(R"("upload":")" + upload + R"(","delimiter":";;")"), "/data/delimiter", "1 to 1");
  check_misfit(with_data(R"("upload":")" + upload + R"(","delimiter":"é")"), "/data/delimiter", "ASCII");
  check_misfit(with_data(R"("upload":")" + upload + R"(","delimiter":"\"")"), "/data/delimiter", "quote");
  check_misfit(with_data(R"("upload":")" + upload + R"(","decimal":"x")"), "/data/decimal", "'.', ','");
  check_misfit(with_data(R"("upload":")" + upload + R"(","encoding":"utf8")"), "/data/encoding",
               "Did you mean 'utf-8'?");
}

TEST_CASE("data that came with the request is put into the spec, and must not be named twice", "[codec]") {
  const UploadId uploaded{upload};
  const auto request = decode_request(R"({"report":{"title":"T"}})", uploaded);
  REQUIRE(request);
  CHECK(request->render.data.upload == upload);
  CHECK(decode_spec(request->spec).value().data.upload == upload);
  const auto hinted = decode_request(R"({"report":{"title":"T"},"data":{"format":"csv"}})", uploaded);
  REQUIRE(hinted);
  CHECK(hinted->render.data.format == DataFormat::csv);
  CHECK(decode_request(with_data(R"("rows":[])"), uploaded).error().fields.at(0).pointer == "/data/rows");
  CHECK(decode_request(with_data(R"("upload":")" + upload + "\""), uploaded).error().fields.at(0).pointer ==
        "/data/upload");
}

TEST_CASE("a row must be a flat object without doubled fields", "[codec]") {
  check_misfit(with_data(R"("rows":[{"a":1},7])"), "/data/rows/1", "must be an object, not a number");
  check_misfit(with_data(R"("rows":["x"])"), "/data/rows/0", "must be an object, not a text");
  check_misfit(with_data(R"("rows":[null])"), "/data/rows/0", "must be an object, not null");
  check_misfit(with_data(R"("rows":[[1]])"), "/data/rows/0", "must be an object, not an array");
  check_misfit(with_data(R"("rows":[{"a":1},{"b":[{"c":1}]}])"), "/data/rows/1/b", "not an array");
  check_misfit(with_data(R"("rows":[{"a":1,"a":2}])"), "/data/rows/0/a", "twice");
}

TEST_CASE("a doubled name is a misfit at every level", "[codec]") {
  check_misfit(R"({"report":{"title":"T","title":"U"},"data":{"rows":[]}})", "/report/title", "twice");
  check_misfit(R"({"report":{"title":"T"},"data":{"rows":[]},"data":{"rows":[]}})", "/data", "twice");
  check_misfit(with_report(R"("sections":[{"type":"page_break"},{"type":"page_break","type":"page_break"}])"),
               "/report/sections/1/type", "twice");
}

TEST_CASE("all misfits are told at once, up to twenty", "[codec]") {
  const auto request =
      decode_request(R"({"report":{"title":"","x":1},"data":{"rows":[]},"options":{"max_attempts":0}})");
  REQUIRE(!request);
  CHECK(request.error().fields.size() == 3);
  CHECK_THAT(request.error().detail, Catch::Matchers::StartsWith("3 things do not fit; the first at /report/title"));
  std::string rows = "1";
  for (int i = 0; i < 100; ++i) rows += ",1";
  CHECK(decode_request(with_data("\"rows\":[" + rows + "]")).error().fields.size() == 20);
}

TEST_CASE("a body that is no JSON is refused in our words, with the byte", "[codec]") {
  struct Case {
    std::string body;
    const char* detail;
  };
  const std::vector<Case> cases = {
      {"", "The body is empty."},
      {"{", "The body is not JSON: it ends too soon, after 1 bytes."},
      {"title=T", "The body is not JSON: byte 1 does not belong there."},
      {R"({"report":}})", "The body is not JSON: byte 10 does not belong there."},
      {R"({"report":{}}x)", "The body is not JSON: byte 13 does not belong there."},
      {"{\"report\":\"\xC3\x28\"}", "The body is not UTF-8: byte 11 does not belong there."},
      {"{\"report\":\"\xED\xA0\x80\"}", "The body is not UTF-8: byte 11 does not belong there."},
      {R"({"report":1e999})", "The number that ends at byte 14 is too large."},
      {"{\"report\":\"a\x01\"}", "The body is not JSON: byte 12 does not belong there."},
  };
  for (const Case& entry : cases) {
    INFO(entry.body);
    const auto request = decode_request(entry.body);
    REQUIRE(!request);
    CHECK(request.error().code == Errc::invalid_request);
    CHECK(request.error().detail == entry.detail);
  }
}

TEST_CASE("nesting is bounded", "[codec]") {
  const auto nested = [](std::size_t levels) {
    return with_data("\"rows\":" + std::string(levels - 2, '[') + std::string(levels - 2, ']'));
  };
  CHECK(decode_request(nested(64)).error().code == Errc::invalid_report);
  CHECK(decode_request(nested(65)).error().code == Errc::invalid_request);
  const std::string deep = std::string(100'000, '[');
  CHECK(decode_request(deep).error() == Error{Errc::invalid_request, "The body is nested deeper than 64 levels.", {}});
}

TEST_CASE("a body that is no object is a misfit", "[codec]") {
  check_misfit("[]", "", "must be an object, not an array");
  check_misfit("7", "", "must be an object, not a number");
}

TEST_CASE("equal requests have equal specs, whatever their layout and options", "[codec]") {
  const auto one = decode_request(R"({"report":{"title":"T","author":"A"},"data":{"rows":[{"b":1.50,"a":"x y"}]}})");
  const auto two = decode_request(
      "{\"options\":{\"priority\":\"low\"},\n\"data\": {\"rows\": [ {\"b\" : 1.50, \"a\":\"x y\"} ]},\n"
      " \"report\": {\"author\":\"A\", \"title\":\"T\"}}");
  REQUIRE(one);
  REQUIRE(two);
  CHECK(one->spec == two->spec);
  CHECK(one->spec == R"({"data":{"rows":[{"b":1.50,"a":"x y"}]},"report":{"author":"A","title":"T"}})");
}

TEST_CASE("a spec is read back as it was checked", "[codec]") {
  const auto request = decode_request(with_column(R"("field":"a","total":"count")"));
  REQUIRE(request);
  const auto spec = decode_spec(request->spec);
  REQUIRE(spec);
  CHECK(spec->report.title == "T");
  CHECK(std::get<TableSection>(spec->report.sections.at(0)).columns.at(0).total == Aggregate::count);
  CHECK(spec->data.rows == "[]");
  CHECK_FALSE(decode_spec(R"({"report":{"title":"T"},"data":{"rows":[]},"options":{}})"));
}
