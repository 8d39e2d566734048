// An attempt that takes longer than it may, drawn by a real renderer.
#include <algorithm>
#include <filesystem>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

constexpr std::size_t too_many_rows = 600'000;  // for one second, on any machine of today

std::string submit(const Installation& platen, std::size_t rows, const std::string& options) {
  const std::string csv = platen.folder() / "orders.csv";
  REQUIRE(platen::write_file(csv, orders_csv(rows), 0600));
  return text_field(curl({"-F", R"(job={"report":{"title":"Orders"},"options":)" + options + "}", "-F", "data=@" + csv,
                          platen.url() + "/v1/jobs"}),
                    "id");
}

/// The events of an ended job, but progress, by name.
std::vector<std::string> names_of(const std::vector<SeenEvent>& events) {
  std::vector<std::string> names;
  for (const SeenEvent& event : events)
    if (event.event != "progress") names.push_back(event.event);
  return names;
}

std::vector<SeenEvent> until_the_end(const Installation& platen, const std::string& job) {
  return events_in(run({"curl", "-sSN", platen.url() + "/v1/jobs/" + job + "/events"}).out);
}

}  // namespace

TEST_CASE("an attempt beyond its timeout is stopped, tried again, and fails for good with that as the reason") {
  Installation platen;
  const std::string job = submit(platen, too_many_rows, R"({"timeout_seconds":1,"max_attempts":2})");
  const std::vector<SeenEvent> events = until_the_end(platen, job);
  INFO(platen.logs());
  CHECK(names_of(events) == std::vector<std::string>{"queued", "started", "retrying", "queued", "started", "failed"});
  for (const SeenEvent& event : events) {
    if (event.event != "retrying" && event.event != "failed") continue;
    CHECK(text_field(event.data, "code") == "timed_out");
    CHECK(text_field(event.data, "detail") == "The report was not done within the 1 s that it was given.");
  }
  const std::string shown = curl({platen.url() + "/v1/jobs/" + job});
  CHECK(text_field(shown, "status") == "failed");
  CHECK(text_field(shown, "code") == "timed_out");
  CHECK(shown.find("\"attempt\":2") != std::string::npos);
  // Nothing is left of what was stopped, and the slot goes on with the next.
  CHECK(std::filesystem::is_empty(platen.folder() / "data/artifacts"));
  const std::string next = submit(platen, 50, R"({"timeout_seconds":60})");
  CHECK(until_the_end(platen, next).back().event == "succeeded");
  CHECK(names_of(until_the_end(platen, next)) == std::vector<std::string>{"queued", "started", "succeeded"});
}
