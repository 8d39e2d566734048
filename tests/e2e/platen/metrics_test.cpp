// What Prometheus is told, and that the alerts and the dashboard ask for nothing else.
#include <optional>
#include <regex>
#include <set>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

namespace platen::test {

namespace {

std::string source_file(const std::string& path) {
  const auto text = read_file(std::string(PLATEN_SOURCE) + "/" + path, 1U << 20U);
  REQUIRE(text);
  return *text;
}

std::set<std::string> names_in(const std::string& text) {
  static const std::regex name(R"(\b(platen|process)_[a-z_]+)");
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) names.insert(at->str());
  return names;
}

/// The value of a series, given as it stands in the page; nothing where there is none.
std::optional<double> value_of(const std::string& page, const std::string& series) {
  const std::size_t at = ("\n" + page).find("\n" + series + " ");
  if (at == std::string::npos) return std::nullopt;
  return std::stod(page.substr(at + series.size() + 1));
}

/// A Platen with a listener for operators, on a port of its own; it traces, to nobody, so that it has all its metrics.
struct Observed {
  TempDir folder;
  Installation platen{
      {.front_arguments = {"--admin-listen", "127.0.0.1:0", "--admin-port-file",
                           (folder.path() / "admin.port").string(), "--otlp-endpoint", "http://127.0.0.1:1"}}};
  [[nodiscard]] std::string admin_url() const {
    const auto port = read_file((folder.path() / "admin.port").string(), 16);
    REQUIRE(port);
    return "http://127.0.0.1:" + port->substr(0, port->size() - 1);
  }
  [[nodiscard]] std::string page() const { return curl({admin_url() + "/metrics"}); }
};

}  // namespace

TEST_CASE("a job shows in /metrics from its request to the rows that were drawn", "[e2e][metrics]") {
  const Observed observed;
  const Installation& platen = observed.platen;
  const std::string job = text_field(
      curl({"-H", "Content-Type: application/json", "-d",
            R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1},{"a":2}]}})", platen.url() + "/v1/jobs"}),
      "id");
  REQUIRE_FALSE(curl({"-N", "--max-time", "30", platen.url() + "/v1/jobs/" + job + "/events"}).empty());
  CHECK(curl({"-o", "/dev/null", "-w", "%{http_code}", platen.url() + "/v1/nothing"}) == "404");

  eventually([&] { return value_of(observed.page(), "platen_rendered_rows_total") == 2.0; });
  const std::string page = observed.page();
  INFO(page);
  CHECK(value_of(page, R"(platen_http_requests_total{method="POST",route="/v1/jobs",status="202"})") == 1.0);
  CHECK(value_of(page, R"(platen_http_requests_total{method="GET",route="/v1/jobs/{id}/events",status="200"})") == 1.0);
  CHECK(value_of(page, R"(platen_http_requests_total{method="GET",route="none",status="404"})") == 1.0);
  CHECK(value_of(page, R"(platen_job_events_total{event="succeeded"})") == 1.0);
  CHECK(value_of(page, R"(platen_attempts_total{outcome="succeeded"})") == 1.0);
  CHECK(value_of(page, "platen_workers") == 1.0);
  CHECK(value_of(page, "platen_queue_up") == 1.0);
  CHECK(value_of(page, "platen_disk_free_bytes") > 0.0);
  CHECK(page.find(job) == std::string::npos);  // no series for each job

  const std::string file_of_page = (observed.folder.path() / "page").string();
  REQUIRE(write_file(file_of_page, page, 0600));
  const Output linted = run({"sh", "-c", "promtool check metrics <" + file_of_page});
  INFO(linted.out << linted.err);
  CHECK(linted.exit_code == 0);
  for (const std::string file : {"deploy/prometheus/alerts.yml", "deploy/grafana/platen.json"}) {
    const std::set<std::string> known = names_in(page);
    for (const std::string& name : names_in(source_file(file))) {
      INFO(file << " asks for " << name);
      CHECK(known.count(name) == 1);
    }
  }
}

TEST_CASE("with a listener for operators the public one has no metrics, without it has", "[e2e][metrics]") {
  const Observed observed;
  const auto status = [](const std::string& url) { return curl({"-o", "/dev/null", "-w", "%{http_code}", url}); };
  CHECK(status(observed.platen.url() + "/metrics") == "404");
  CHECK(status(observed.admin_url() + "/livez") == "200");
  CHECK(status(observed.admin_url() + "/v1/jobs") == "404");
  const Installation plain({.has_worker = false});
  CHECK(status(plain.url() + "/metrics") == "200");
}

TEST_CASE("without Redis /metrics still answers, and says so", "[e2e][metrics]") {
  Installation platen({.has_worker = false});
  platen.redis().kill9();
  std::string page;
  eventually([&] {
    page = curl({platen.url() + "/metrics"});
    return value_of(page, "platen_queue_up") == 0.0 && value_of(page, "platen_events_up") == 0.0;
  });
  CHECK(page.find("platen_queue_depth") == std::string::npos);
  CHECK(value_of(page, "platen_streams") == 0.0);
}

TEST_CASE("/v1/queue shows the worker and what it does", "[e2e][metrics]") {
  const Installation platen;
  std::string state;
  eventually([&] {
    state = curl({platen.url() + "/v1/queue"});
    return state.find(R"("slots":1)") != std::string::npos;
  });
  CHECK(state.find(R"("ready":{"high":{"jobs":0)") != std::string::npos);
}

TEST_CASE("the alert rules are right, and fire when they should", "[metrics]") {
  const std::string folder = std::string(PLATEN_SOURCE) + "/deploy/prometheus/";
  const Output checked = run({"promtool", "check", "rules", folder + "alerts.yml"});
  INFO(checked.out << checked.err);
  CHECK(checked.exit_code == 0);
  const Output tested = run({"promtool", "test", "rules", folder + "alerts_test.yml"});
  INFO(tested.out << tested.err);
  CHECK(tested.exit_code == 0);
}

}  // namespace platen::test
