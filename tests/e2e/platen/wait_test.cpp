// Long polls with curl, against a whole Platen.
#include <signal.h>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"
#include "tests/support/raw_http.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string small_report = R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1},{"a":2}]}})";
const std::string late_report =
    R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},"options":{"delay_seconds":600}})";

/// The answer, head and body.
std::string post(const Installation& platen, const std::string& body, const std::string& prefer) {
  return curl(
      {"-i", "-H", "Prefer: " + prefer, "-H", "Content-Type: application/json", "-d", body, platen.url() + "/v1/jobs"});
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The value of a header field.
std::string header(const std::string& answer, const std::string& name) {
  const std::size_t at = answer.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

/// Submits a job that is not due for ten minutes.
std::string late_job(const Installation& platen) { return text_field(post(platen, late_report, "wait=0"), "id"); }

}  // namespace

TEST_CASE("who submits and waits has the finished report in one answer") {
  Installation platen;
  const std::string done = post(platen, small_report, "wait=25");
  INFO(done << platen.logs());
  CHECK(has(done, "HTTP/1.1 201 "));
  CHECK(header(done, "Preference-Applied") == "wait=25");
  CHECK(header(done, "Location") == "/v1/jobs/" + text_field(done, "id"));
  CHECK(text_field(done, "status") == "succeeded");
  const std::string pdf = platen.folder() / "out.pdf";
  (void)curl({"-o", pdf, platen.url() + text_field(done, "url")});
  CHECK(run({"qpdf", "--check", pdf}).exit_code == 0);

  const std::string failed =
      post(platen,
           R"({"report":{"title":"x","sections":[{"type":"table","columns":[{"field":"a","format":"integer"}]}]},)"
           R"("data":{"rows":[{"a":"no number"}]}})",
           "wait=25");
  CHECK(has(failed, "HTTP/1.1 201 "));
  CHECK(text_field(failed, "status") == "failed");
}

TEST_CASE("who waits in vain gets the job as it is") {
  Installation platen;
  const std::string answer = post(platen, late_report, "wait=1");
  CHECK(has(answer, "HTTP/1.1 202 "));
  CHECK(header(answer, "Preference-Applied") == "wait=1");
  CHECK(header(answer, "Retry-After") == "1");
  CHECK(text_field(answer, "status") == "delayed");
  const std::string url = platen.url() + "/v1/jobs/" + text_field(answer, "id");
  const std::string shown = curl({"-i", url});
  const std::string unchanged =
      curl({"-i", "-H", "Prefer: wait=1", "-H", "If-None-Match: " + header(shown, "ETag"), url});
  CHECK(has(unchanged, "HTTP/1.1 304 "));
  CHECK(header(unchanged, "ETag") == header(shown, "ETag"));
}

TEST_CASE("who knows a job's state is told of the next one") {
  Installation platen;
  const std::string url = platen.url() + "/v1/jobs/" + late_job(platen);
  const std::string etag = header(curl({"-i", url}), "ETag");
  Background waiting({"curl", "-sSi", "-H", "Prefer: wait=25", "-H", "If-None-Match: " + etag, url});
  (void)curl({"-X", "POST", url + "/cancel"});
  const std::string answer = waiting.finish().out;
  CHECK(has(answer, "HTTP/1.1 200 "));
  CHECK(text_field(answer, "status") == "canceled");
}

TEST_CASE("five hundred waits and some that leave hold nobody up, and a stop answers them") {
  Installation platen;
  const std::string path = "/v1/jobs/" + late_job(platen);
  {
    RawHttp leaving(platen.port());
    leaving.send(get_request(path, "Prefer: wait=25\r\n"));
  }
  std::vector<RawHttp> waiting;
  for (int i = 0; i < 500; ++i) {
    waiting.emplace_back(platen.port());
    waiting.back().send(get_request(path, "Prefer: wait=25\r\n"));
  }
  // A handler thread that were held by one of them would be held for 25 s; curl gives up after ten.
  CHECK(has(curl({"-m", "10", platen.url() + path}), "\"delayed\""));
  platen.front().signal(SIGTERM);
  int answered = 0;
  for (RawHttp& each : waiting) {
    const RawAnswer answer = each.answer();
    if (answer.status == 200 && answer.header("preference-applied") == "wait=25" &&
        answer.header("connection") == "close" && has(answer.body, "\"delayed\""))
      ++answered;
  }
  CHECK(answered == 500);
  CHECK(platen.front().wait(patience));
}
