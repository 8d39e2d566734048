// Pictures from their upload to the PDF, through real processes and curl.
#include <algorithm>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

/// The last event of a report's life.
SeenEvent end_of(const Installation& platen, const std::string& request) {
  const std::string stream =
      curl({"-N", "-H", "Accept: text/event-stream", "--json", request, platen.url() + "/v1/jobs"});
  INFO(stream);
  INFO(platen.logs());
  const std::vector<SeenEvent> events = events_in(stream);
  REQUIRE_FALSE(events.empty());
  return events.back();
}

std::string upload(const Installation& platen, const std::string& path) {
  const std::string id = text_field(curl({"--data-binary", "@" + path, platen.url() + "/v1/uploads"}), "id");
  REQUIRE(id.rfind("upl_", 0) == 0);
  return id;
}

std::string with_image(const std::string& id) {
  return R"({"report":{"title":"Pictures","header":{"logo":")" + id + R"("},"sections":[{"type":"image","upload":")" +
         id + R"(","alt":"A page"},{"type":"image","upload":")" + id + R"(","width_mm":20}]},"data":{"rows":[]}})";
}

}  // namespace

TEST_CASE("an uploaded picture is shown as logo and as image, in one report and the next") {
  Installation platen;
  const SeenEvent small = end_of(platen, R"({"report":{"title":"Small"},"data":{"rows":[{"a":1}]}})");
  REQUIRE(small.event == "succeeded");
  const std::string pdf = platen.folder() / "out.pdf";
  (void)curl({"-o", pdf, platen.url() + text_field(small.data, "url")});
  const std::string stem = platen.folder() / "page";
  REQUIRE(run({"pdftoppm", "-png", "-singlefile", "-r", "30", pdf, stem}).exit_code == 0);
  const std::string id = upload(platen, stem + ".png");

  for (int time = 0; time < 2; ++time) {
    const SeenEvent end = end_of(platen, with_image(id));
    INFO(end.data);
    REQUIRE(end.event == "succeeded");
    (void)curl({"-o", pdf, platen.url() + text_field(end.data, "url")});
    CHECK(run({"qpdf", "--check", pdf}).exit_code == 0);
    const std::string images = run({"pdfimages", "-list", pdf}).out;
    INFO(images);
    CHECK(std::count(images.begin(), images.end(), '\n') == 2 + 3);  // a heading of two lines, three places
  }
}

TEST_CASE("a report that names no picture fails with the place, before or after it is taken") {
  Installation platen;
  const std::string refused = curl({"--json", with_image("upl_01arz3ndektsv4rrffq69g5fav"), platen.url() + "/v1/jobs"});
  CHECK_THAT(refused, has_text("/report/header/logo"));
  REQUIRE(platen::write_file(platen.folder() / "orders.csv", orders_csv(3), 0600));
  const SeenEvent end = end_of(platen, with_image(upload(platen, platen.folder() / "orders.csv")));
  INFO(end.data);
  CHECK(end.event == "failed");
  CHECK_THAT(end.data, has_text("\"bad_data\""));
  CHECK_THAT(end.data, has_text("/report/"));
}
