// Each process killed in the middle of a report of 50,000 rows: one correct PDF comes out all the same.
#include <signal.h>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

constexpr std::size_t row_count = 200'000;

/// A report under way, its renderer held (SIGSTOP) in the middle of drawing, so that a kill always lands there.
class HeldReport {
 public:
  explicit HeldReport(Installation& platen) : platen_(platen), renderer_(platen.renderer_pid()) {
    REQUIRE(platen::write_file(platen.folder() / "orders.csv", orders_csv(row_count), 0600));
    const std::string created = curl({"-F", R"(job={"report":{"title":"Orders"}})", "-F",
                                      "data=@" + (platen.folder() / "orders.csv"), platen.url() + "/v1/jobs"});
    id_ = text_field(created, "id");
    Background watching({"curl", "-sSN", job_url() + "/events"});
    eventually([&] {
      const std::string seen = watching.out();
      return seen.find("\"stage\":\"render\"") != std::string::npos;
    });
    ::kill(renderer_, SIGSTOP);
    REQUIRE(job().find("\"status\":\"running\"") != std::string::npos);
  }

  [[nodiscard]] pid_t renderer() const noexcept { return renderer_; }
  void go_on() const { ::kill(renderer_, SIGCONT); }
  [[nodiscard]] std::string job_url() const { return platen_.url() + "/v1/jobs/" + id_; }
  [[nodiscard]] std::string job() const { return curl({job_url()}); }

  /// Waits for the end; checks that it is a success, the PDF right, and the events dense.
  void expect_one_correct_pdf(int attempts) {
    const std::string ended = eventually(
        [&]() -> std::optional<std::string> {
          // While the front end or Redis is down curl fails or gets 503: that is no answer yet.
          const Output asked = run({"curl", "-sS", job_url()});
          if (asked.out.find("\"ended_at\":\"") == std::string::npos) return std::nullopt;
          return asked.out;
        },
        std::chrono::seconds(60));
    INFO(ended << "\n" << platen_.logs());
    REQUIRE(text_field(ended, "status") == "succeeded");
    CHECK(ended.find("\"attempt\":" + std::to_string(attempts)) != std::string::npos);
    const std::string pdf = platen_.folder() / "orders.pdf";
    (void)curl({"-L", "-o", pdf, job_url() + "/result"});
    CHECK(wrong_with_orders_pdf(pdf, row_count) == "");

    const std::vector<SeenEvent> events = events_in(curl({"-N", job_url() + "/events"}));
    REQUIRE(!events.empty());
    CHECK(events.back().event == "succeeded");
    for (std::size_t i = 0; i < events.size(); ++i) CHECK(events[i].id == std::to_string(i + 1));
  }

 private:
  Installation& platen_;
  pid_t renderer_;
  std::string id_;
};

}  // namespace

TEST_CASE("a renderer killed mid-report: the job starts again at once and ends well") {
  Installation platen;
  HeldReport report(platen);
  ::kill(report.renderer(), SIGKILL);
  report.expect_one_correct_pdf(1);  // what the renderer broke off does not count
  CHECK(curl({"-N", report.job_url() + "/events"}).find("event: retrying") == std::string::npos);
}

TEST_CASE("a worker killed mid-report: its lease lapses and another finishes") {
  Installation platen;
  HeldReport report(platen);
  platen.worker().signal(SIGKILL);
  platen.start_worker();
  report.expect_one_correct_pdf(2);
}

TEST_CASE("the front end killed mid-report: the work goes on, and it is there again with the same links") {
  Installation platen;
  HeldReport report(platen);
  platen.front().signal(SIGKILL);
  REQUIRE(platen.front().wait(patience));
  report.go_on();
  platen.start_front();
  report.expect_one_correct_pdf(1);
}

TEST_CASE("redis-server killed mid-report and started again: nothing is lost") {
  Installation platen;
  HeldReport report(platen);
  Background watching({"curl", "-sSN", report.job_url() + "/events"});
  eventually([&] { return !events_in(watching.out()).empty(); });
  platen.redis().kill9();
  report.go_on();
  platen.redis().restart();
  report.expect_one_correct_pdf(1);

  // The stream that was open all the time saw the whole story, each event once.
  const std::vector<SeenEvent> events = events_in(watching.finish().out);
  REQUIRE(!events.empty());
  CHECK(events.back().event == "succeeded");
  for (std::size_t i = 0; i < events.size(); ++i) CHECK(events[i].id == std::to_string(i + 1));
}

TEST_CASE("a worker that is asked to stop gives its report back without using up an attempt") {
  Installation platen;
  HeldReport report(platen);
  platen.worker().signal(SIGTERM);
  REQUIRE(platen.worker().wait(patience));
  platen.start_worker();
  report.expect_one_correct_pdf(1);
}
