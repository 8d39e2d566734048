// A report from end to end, through real processes and curl.
#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

/// Writes the data and the report that the tests post; curl's arguments for them.
std::vector<std::string> order_form(const Installation& platen, std::size_t rows) {
  REQUIRE(platen::write_file(platen.folder() / "orders.csv", orders_csv(rows), 0600));
  REQUIRE(platen::write_file(platen.folder() / "report.json", R"({"report":{"title":"Orders 2026"}})", 0600));
  return {"-F", "job=@" + (platen.folder() / "report.json"), "-F", "data=@" + (platen.folder() / "orders.csv")};
}

std::vector<std::string> joined(std::vector<std::string> first, const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

TEST_CASE("one curl shows the whole life of a report, and its link is the PDF") {
  Installation platen;
  const std::string stream =
      curl(joined({"-N", "-H", "Accept: text/event-stream", platen.url() + "/v1/jobs"}, order_form(platen, 5000)));
  INFO(stream);
  INFO(platen.logs());
  const std::vector<SeenEvent> events = events_in(stream);
  REQUIRE(events.size() >= 3);
  CHECK(events.front().event == "queued");
  CHECK(events.at(1).event == "started");
  CHECK(events.back().event == "succeeded");
  for (std::size_t i = 0; i < events.size(); ++i) CHECK(events[i].id == std::to_string(i + 1));

  const std::string pdf = platen.folder() / "out.pdf";
  (void)curl({"-o", pdf, platen.url() + text_field(events.back().data, "url")});
  CHECK(wrong_with_orders_pdf(pdf, 5000).empty());
}

TEST_CASE("rows can come in the request, and the job tells how it went") {
  Installation platen;
  const std::string created =
      curl({"--json", R"({"report":{"title":"Small"},"data":{"rows":[{"order_id":100000001,"total":9.5}]}})",
            platen.url() + "/v1/jobs"});
  const std::string id = text_field(created, "id");
  REQUIRE(id.rfind("job_", 0) == 0);
  const std::string job = eventually([&]() -> std::optional<std::string> {
    std::string now = curl({platen.url() + "/v1/jobs/" + id});
    if (text_field(now, "status") != "succeeded") return std::nullopt;
    return now;
  });
  CHECK(job.find("\"pages\":1") != std::string::npos);
  const std::string pdf = platen.folder() / "small.pdf";
  (void)curl({"-L", "-o", pdf, platen.url() + "/v1/jobs/" + id + "/result"});
  CHECK(wrong_with_orders_pdf(pdf, 1).empty());
  CHECK(curl({platen.url() + "/v1/jobs"}).find(id) != std::string::npos);
}

TEST_CASE("an upload serves several reports") {
  Installation platen;
  (void)order_form(platen, 40);
  const std::string upload = curl({"--data-binary", "@" + (platen.folder() / "orders.csv"), "-H",
                                   "Content-Type: text/csv", platen.url() + "/v1/uploads"});
  const std::string upload_id = text_field(upload, "id");
  REQUIRE(upload_id.rfind("upl_", 0) == 0);
  for (const char* orientation : {"portrait", "landscape"}) {
    const std::string request = std::string(R"({"report":{"title":"T","page":{"orientation":")") + orientation +
                                R"("}},"data":{"upload":")" + upload_id + "\"}}";
    const std::string stream =
        curl({"-N", "-H", "Accept: text/event-stream", "--json", request, platen.url() + "/v1/jobs"});
    INFO(stream);
    REQUIRE(!events_in(stream).empty());
    CHECK(events_in(stream).back().event == "succeeded");
  }
}

TEST_CASE("a bad row fails the job once, and says where") {
  Installation platen;
  const std::string request =
      R"({"report":{"title":"Bad","sections":[{"type":"table","columns":[{"field":"total","format":"decimal"}]}]},)"
      R"("data":{"rows":[{"total":1.5},{"total":"abc"}]}})";
  const std::string stream =
      curl({"-N", "-H", "Accept: text/event-stream", "--json", request, platen.url() + "/v1/jobs"});
  INFO(stream);
  const std::vector<SeenEvent> events = events_in(stream);
  REQUIRE(!events.empty());
  CHECK(events.back().event == "failed");
  CHECK(events.back().data.find("ow 2") != std::string::npos);
  CHECK(events.back().data.find("total") != std::string::npos);
  CHECK(stream.find("event: retrying") == std::string::npos);
}

TEST_CASE("a request that does not fit is refused with each place named") {
  Installation platen;
  const std::string answer = curl({"-w", "%{http_code} %{content_type}", "--json",
                                   R"({"report":{"titel":"x"},"data":{"rows":[]}})", platen.url() + "/v1/jobs"});
  CHECK(answer.find("422 application/problem+json") != std::string::npos);
  CHECK(answer.find("/report/titel") != std::string::npos);
  CHECK(answer.find("title") != std::string::npos);
}

TEST_CASE("a stream resumes after every event, with what was missed and nothing twice") {
  Installation platen;
  const std::string whole =
      curl(joined({"-N", "-H", "Accept: text/event-stream", platen.url() + "/v1/jobs"}, order_form(platen, 3000)));
  const std::vector<SeenEvent> events = events_in(whole);
  REQUIRE(!events.empty());
  const std::string stream_url = platen.url() + "/v1/jobs/" + text_field(events.front().data, "job") + "/events";
  for (std::size_t seen = 0; seen < events.size(); ++seen) {
    const std::string rest = curl({"-N", "-H", "Last-Event-ID: " + std::to_string(seen), stream_url});
    const std::vector<SeenEvent> resumed = events_in(rest);
    REQUIRE(resumed.size() == events.size() - seen);
    CHECK(resumed.front().id == events[seen].id);
    // The link is signed at each delivery; all before the last event is the same to the letter.
    for (std::size_t i = 0; i + 1 < resumed.size(); ++i) CHECK(resumed[i] == events[seen + i]);
  }
  const std::string after_end = curl({"-w", "%{http_code}", "-H", "Last-Event-ID: " + events.back().id, stream_url});
  CHECK(after_end == "204");
}

TEST_CASE("a running report is canceled within its render") {
  Installation platen;
  const std::string created = curl(joined({platen.url() + "/v1/jobs"}, order_form(platen, 200000)));
  const std::string job_url = platen.url() + "/v1/jobs/" + text_field(created, "id");
  Background watching({"curl", "-sSN", job_url + "/events"});
  eventually([&] { return watching.out().find("\"stage\"") != std::string::npos; });
  CHECK(curl({"-w", "%{http_code}", "-o", "/dev/null", "-X", "POST", job_url + "/cancel"}) == "202");
  const std::vector<SeenEvent> events = events_in(watching.finish().out);
  REQUIRE(!events.empty());
  CHECK(events.back().event == "canceled");
  CHECK(curl({"-w", "%{http_code}", "-o", "/dev/null", job_url + "/result"}) == "409");
}

TEST_CASE("a link that was altered tells nothing") {
  Installation platen;
  const std::string stream =
      curl({"-N", "-H", "Accept: text/event-stream", "--json",
            R"({"report":{"title":"Small"},"data":{"rows":[{"a":1}]}})", platen.url() + "/v1/jobs"});
  std::string link = text_field(events_in(stream).back().data, "url");
  REQUIRE(!link.empty());
  CHECK(curl({"-r", "0-4", platen.url() + link}) == "%PDF-");
  const std::size_t expiry = link.find("exp=") + 4;
  link[expiry] = link[expiry] == '9' ? '8' : '9';
  CHECK(curl({"-o", "/dev/null", "-w", "%{http_code}", platen.url() + link}) == "403");
}
