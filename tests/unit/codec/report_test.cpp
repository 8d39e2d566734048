// What a report says about its pages, its document and its plain sections.
#include "platen/renderer.hpp"
#include "tests/unit/codec/requests.hpp"

using namespace platen;
using namespace platen::codec;
using namespace platen::test;

TEST_CASE("margins are one number, or one for each side", "[codec]") {
  const Margins margin = report_of(with_report(R"("page":{"margin_mm":{"top":20,"left":25.5}})")).page.margin;
  CHECK(margin.top_mm == 20);
  CHECK(margin.right_mm == 15);
  CHECK(margin.bottom_mm == 15);
  CHECK(margin.left_mm == 25.5);
  check_misfit(with_report(R"("page":{"margin_mm":{"top":4}})"), "/report/page/margin_mm/top", "5 to 60 mm");
  check_misfit(with_report(R"("page":{"margin_mm":{"lefft":9}})"), "/report/page/margin_mm/lefft", "'left'");
  check_misfit(with_report(R"("page":{"margin_mm":[9]})"), "/report/page/margin_mm", "not an array");
}

TEST_CASE("header and footer are templates of known placeholders, with a logo", "[codec]") {
  const ReportSpec report =
      report_of(with_report(R"("header":{"left":"{title} {{draft}}","right":"{date} {time}","logo":")" + upload +
                            R"("},"footer":{"center":"{page}/{pages}"})"));
  REQUIRE(report.header);
  CHECK(report.header->left == "{title} {{draft}}");
  CHECK(report.header->right == "{date} {time}");
  CHECK(report.header->logo == upload);
  REQUIRE(report.footer);
  CHECK(report.footer->center == "{page}/{pages}");
  CHECK_FALSE(report_of(with_report(R"("author":"A")")).footer);
  CHECK(report_of(with_report(R"("footer":{})")).footer);
  const std::string at = "/report/footer/left";
  check_misfit(with_report(R"("footer":{"left":"{pags}"})"), at, "Did you mean 'page'?");
  check_misfit(with_report(R"("footer":{"left":"{Rows}"})"), at, "Known: 'title', 'subtitle', 'author'");
  for (const char* text : {"{", "}", "{page", "page}", "{{page}", "{a{page}}"})
    check_misfit(with_report(R"("footer":{"left":")" + std::string(text) + R"("})"), at, "doubled");
  check_misfit(with_report(R"("footer":"x")"), "/report/footer", "must be an object");
  check_misfit(with_report(R"("header":{"logo":"logo.png"})"), "/report/header/logo", "upl_");
}

TEST_CASE("a watermark is a text, or a text and its colour", "[codec]") {
  CHECK(report_of(with_report(R"("watermark":"DRAFT")")).watermark.text == "DRAFT");
  const Watermark watermark = report_of(with_report(R"("watermark":{"text":"COPY","color":"#ff0000"})")).watermark;
  CHECK(watermark.text == "COPY");
  CHECK(watermark.color == "#ff0000");
  check_misfit(with_report(R"("watermark":{"color":"#ff0000"})"), "/report/watermark/text", "missing");
  check_misfit(with_report(R"("watermark":{"text":"x","color":"red"})"), "/report/watermark/color", "#1f6feb");
  check_misfit(with_report(R"("watermark":7)"), "/report/watermark", "a text, or an object");
  check_misfit(with_report(R"("watermark":")" + std::string(61, 'x') + "\""), "/report/watermark", "1 to 60");
}

TEST_CASE("locale and language have the form of BCP 47", "[codec]") {
  for (const char* tag : {"de", "de-AT", "zh-Hant-TW", "sr-Latn-RS", "es-419", "sl-rozaj-biske-1994"}) {
    const std::string text(tag);
    const ReportSpec report =
        report_of(with_report(R"("locale":")" + text + R"(","document":{"language":")" + text + R"("})"));
    CHECK(report.locale == tag);
    CHECK(report.document.language == tag);
  }
  for (const char* tag : {"d", "de_AT", "de-", "-de", "de--AT", "4e", "deutschland", "de-abcdefghi", "dé"})
    check_misfit(with_report(R"("locale":")" + std::string(tag) + "\""), "/report/locale", tag[1] ? "BCP 47" : "2 to");
  check_misfit(with_report(R"("locale":"")"), "/report/locale", "empty");
}

TEST_CASE("what the document is besides its pages", "[codec]") {
  const DocumentSpec document =
      report_of(
          with_report(
              R"("document":{"subject":"S","keywords":"a, b","linearize":true,"attach_data":true,"accessible":true,)"
              R"("password":"open","owner_password":"change"})"))
          .document;
  CHECK(document.subject == "S");
  CHECK(document.keywords == "a, b");
  CHECK(document.language == "en");
  CHECK(document.linearize);
  CHECK(document.attach_data);
  CHECK(document.accessible);
  CHECK(document.password == "open");
  CHECK(document.owner_password == "change");
  check_misfit(with_report(R"("document":{"password":"a","owner_password":"a"})"), "/report/document/owner_password",
               "differ");
  check_misfit(with_report(R"("document":{"password":""})"), "/report/document/password", "empty");
  std::string accented;
  for (int i = 0; i < 64; ++i) accented += "é";
  check_misfit(with_report(R"("document":{"password":")" + accented + R"("})"), "/report/document/password",
               "127 bytes");
}

TEST_CASE("a theme has a colour for text", "[codec]") {
  CHECK(report_of(with_report(R"("theme":{"text":"#112233"})")).theme.text == "#112233");
  check_misfit(with_report(R"("theme":{"text":"#12345"})"), "/report/theme/text", "colour");
}

TEST_CASE("an image comes from an upload", "[codec]") {
  const auto image = section_of<ImageSection>(
      with_section(R"("type":"image","upload":")" + upload +
                   R"(","alt":"A house\nwith a door","caption":"Ours","width_mm":80,"height_mm":60,"align":"center")"));
  CHECK(image.upload == upload);
  CHECK(image.alt == "A house\nwith a door");
  CHECK(image.caption == "Ours");
  CHECK(image.width_mm == 80);
  CHECK(image.height_mm == 60);
  CHECK(image.align == Align::center);
  check_misfit(with_section(R"("type":"image")"), "/report/sections/0/upload", "missing");
  check_misfit(with_section(R"("type":"image","upload":"https://example.org/a.png")"), "/report/sections/0/upload",
               "upl_");
}

TEST_CASE("a table of contents has a title and levels", "[codec]") {
  const auto contents =
      section_of<ContentsSection>(with_section(R"("type":"table_of_contents","title":"Inhalt","levels":2)"));
  CHECK(contents.title == "Inhalt");
  CHECK(contents.levels == 2);
  CHECK(section_of<ContentsSection>(with_section(R"("type":"table_of_contents")")).title == "Contents");
  check_misfit(with_section(R"("type":"table_of_contents","levels":4)"), "/report/sections/0/levels", "1 to 3");
}

TEST_CASE("a request names the images that its report shows, each once, and where", "[codec]") {
  const auto image = [](const std::string& id) { return R"({"type":"image","upload":")" + id + "\"}"; };
  const std::string logo = new_upload_id().text;
  const std::string photo = new_upload_id().text;
  const auto request = decode_request(with_report(R"("footer":{"logo":")" + logo + R"("},"header":{"logo":")" + upload +
                                                  R"("},"sections":[)" + image(upload) + R"(,{"type":"page_break"},)" +
                                                  image(photo) + "," + image(photo) + "]"));
  REQUIRE(request);
  REQUIRE(request->images.size() == 3);
  CHECK(request->images[0].upload.text == upload);
  CHECK(request->images[0].pointer == "/report/header/logo");
  CHECK(request->images[1].upload.text == logo);
  CHECK(request->images[1].pointer == "/report/footer/logo");
  CHECK(request->images[2].upload.text == photo);
  CHECK(request->images[2].pointer == "/report/sections/2/upload");
  std::string sections = image(new_upload_id().text);
  for (std::size_t i = 1; i < most_images; ++i) sections += "," + image(new_upload_id().text);
  CHECK(decode_request(with_report("\"sections\":[" + sections + "," + image(upload) + "]"))
            .error()
            .fields.at(0)
            .pointer == "/report/sections/32/upload");
  CHECK(decode_request(with_report("\"sections\":[" + sections + "]")));
}
