#include "metrics/exposition.hpp"

#include "metrics/request_metrics.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using platen::metrics::Exposition;
using platen::metrics::RequestMetrics;

namespace {

bool has_line(const std::string& page, const std::string& line) {
  return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("values of one name are one family, in the text format", "[metrics]") {
  Exposition page;
  page.gauge("platen_queue_depth", "Jobs ready.", 3, {{"priority", "high"}});
  page.gauge("platen_queue_depth", "Jobs ready.", 0, {{"priority", "low"}});
  page.counter("platen_sends_total", "Sends.", 7);
  const std::string text = page.text();
  CHECK(has_line(text, "# TYPE platen_queue_depth gauge"));
  CHECK(text.find("# HELP platen_queue_depth") == text.rfind("# HELP platen_queue_depth"));
  CHECK(has_line(text, R"(platen_queue_depth{priority="high"} 3)"));
  CHECK(has_line(text, R"(platen_queue_depth{priority="low"} 0)"));
  CHECK(has_line(text, "# TYPE platen_sends_total counter"));
  CHECK(has_line(text, "platen_sends_total 7"));
}

TEST_CASE("a label's text cannot break out of its line", "[metrics]") {
  Exposition page;
  page.gauge("platen_build_info", "Always 1.", 1, {{"version", "1\"} 2\n\\"}});
  CHECK(has_line(page.text(), R"(platen_build_info{version="1\"} 2\n\\"} 1)"));
}

TEST_CASE("requests are counted by route, method and status, and timed by route", "[metrics]") {
  RequestMetrics requests;
  for (int i = 0; i < 3; ++i) requests.answered("/v1/jobs", "POST", 202, 4ms);
  requests.answered("/v1/jobs", "POST", 503, 40s);
  requests.answered("none", "BREW", 405, 0ms);
  requests.redis_answered(200us);
  Exposition page;
  page.add(requests);
  const std::string text = page.text();
  CHECK(has_line(text, R"(platen_http_requests_total{method="POST",route="/v1/jobs",status="202"} 3)"));
  CHECK(has_line(text, R"(platen_http_requests_total{method="POST",route="/v1/jobs",status="503"} 1)"));
  CHECK(has_line(text, R"(platen_http_requests_total{method="other",route="none",status="405"} 1)"));
  CHECK(has_line(text, R"(platen_http_request_duration_seconds_bucket{route="/v1/jobs",le="0.005"} 3)"));
  CHECK(has_line(text, R"(platen_http_request_duration_seconds_bucket{route="/v1/jobs",le="30"} 3)"));
  CHECK(has_line(text, R"(platen_http_request_duration_seconds_bucket{route="/v1/jobs",le="+Inf"} 4)"));
  CHECK(has_line(text, R"(platen_redis_round_trip_seconds_bucket{le="0.00025"} 1)"));
}
