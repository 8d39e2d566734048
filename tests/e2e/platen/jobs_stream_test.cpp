// One stream of many jobs with curl, against a whole Platen.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

std::string submit(const Installation& platen, const std::string& options) {
  return text_field(curl({"-H", "Content-Type: application/json", "-d",
                          R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},"options":)" + options + "}",
                          platen.url() + "/v1/jobs"}),
                    "id");
}

/// Of one job, by name.
std::vector<std::string> names_of(const std::vector<SeenEvent>& events, const std::string& job) {
  std::vector<std::string> names;
  for (const SeenEvent& event : events)
    if (text_field(event.data, "job") == job) names.push_back(event.event);
  return names;
}

}  // namespace

TEST_CASE("curl sees a hundred jobs in one stream, each from what it is to its end, and then the end") {
  Installation platen;
  const std::string late = submit(platen, R"({"delay_seconds":600})");
  std::vector<std::string> jobs{late};
  std::string list = late;
  while (jobs.size() < 100) {
    jobs.push_back(submit(platen, "{}"));
    list += "," + jobs.back();
  }
  const std::string url = platen.url() + "/v1/events?jobs=" + list;
  Background watching({"curl", "-sSN", url});
  const auto ended = [&] {
    const std::vector<SeenEvent> events = events_in(watching.out());
    return std::count_if(events.begin(), events.end(), [](const SeenEvent& it) { return it.event == "succeeded"; });
  };
  eventually([&] { return ended() == 99; }, std::chrono::seconds(60));
  (void)curl({"-X", "POST", platen.url() + "/v1/jobs/" + late + "/cancel"});
  const std::vector<SeenEvent> events = events_in(watching.finish().out);
  REQUIRE(events.size() >= 102);
  CHECK(events.back() == SeenEvent{"end", "end", "{}"});
  CHECK(std::all_of(events.begin(), events.end() - 1, [](const SeenEvent& it) { return it.id.empty(); }));
  CHECK(names_of(events, late) == std::vector<std::string>{"delayed", "canceled"});
  for (std::size_t i = 0; i < jobs.size(); ++i) CHECK(text_field(events[i].data, "job") == jobs[i]);

  CHECK(curl({"-o", "/dev/null", "-w", "%{http_code}", "-H", "Last-Event-ID: end", url}) == "204");
  const std::vector<SeenEvent> again = events_in(curl({"-N", url}));
  CHECK(again.size() == 101);
  CHECK(again.back().event == "end");
  CHECK(curl({"-o", "/dev/null", "-w", "%{http_code}", url + ",job_00000000000000000000000000"}) == "400");
}
