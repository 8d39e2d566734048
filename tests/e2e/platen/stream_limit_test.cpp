// More streams than there is room for.
#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>

#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"
#include "tests/support/raw_http.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string late_report =
    R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},"options":{"delay_seconds":3600}})";

/// `prlimit`, which becomes platend. Soft and hard, for platend raises what it may.
std::vector<std::string> with_descriptors(int count) {
  return {"prlimit", "--nofile=" + std::to_string(count) + ":" + std::to_string(count)};
}

void need_descriptors(rlim_t count) {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, count));
  REQUIRE(limit.rlim_cur >= count);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

std::string events_path(const Installation& platen) {
  const std::string job =
      text_field(curl({"-H", "Content-Type: application/json", "-d", late_report, platen.url() + "/v1/jobs"}), "id");
  return "/v1/jobs/" + job + "/events";
}

/// Asks as an EventSource does.
RawHttp source(const Installation& platen, const std::string& path) {
  RawHttp client(platen.port());
  client.send(get_request(path, "Accept: text/event-stream\r\n"));
  return client;
}

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\n";

/// Opens `count` streams, some at a time; how many were refused with anything but 200.
std::size_t open_sources(const Installation& platen, const std::string& path, std::size_t count,
                         std::vector<RawHttp>& all) {
  constexpr std::size_t at_a_time = 100;
  std::size_t refused = 0;
  while (all.size() < count) {
    const std::size_t begin = all.size();
    while (all.size() < std::min(count, begin + at_a_time)) all.push_back(source(platen, path));
    for (std::size_t i = begin; i < all.size(); ++i)
      if (all[i].read(ok.size()) != ok) ++refused;
  }
  return refused;
}

/// Told to come back, and let go.
bool is_put_off(RawHttp client) {
  const std::string answer = client.read_to_end();
  return answer.starts_with(ok) && answer.find("\r\n\r\nretry: ") != std::string::npos &&
         answer.find("event: ") == std::string::npos;
}

/// Whether the job's event comes before the end.
bool is_live(RawHttp& client) {
  std::string seen;
  try {
    while (!seen.ends_with("event: delayed\n")) seen += client.read(1);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace

TEST_CASE("18,000 streams go into 20,000 descriptors, the next is told to come back, and requests are answered") {
  constexpr std::size_t streams = 18'000;
  need_descriptors(streams + 500);
  Installation platen({.has_worker = false, .front_wrapper = with_descriptors(20'000)});
  const std::string path = events_path(platen);
  std::vector<RawHttp> all;
  all.reserve(streams);
  CHECK(open_sources(platen, path, streams, all) == 0);
  CHECK(is_put_off(source(platen, path)));
  CHECK(curl({"-o", "/dev/null", "-w", "%{http_code}", platen.url() + path.substr(0, path.rfind('/'))}) == "200");
  // All of them live: each sees the job's end.
  (void)curl({"-X", "POST", platen.url() + path.substr(0, path.rfind('/')) + "/cancel"});
  std::size_t ended = 0;
  for (RawHttp& each : all)
    if (each.read_to_end().find("event: canceled\n") != std::string::npos) ++ended;
  CHECK(ended == streams);
}

TEST_CASE("with few descriptors no EventSource sees an error, however many there are") {
  Installation platen({.has_worker = false, .front_wrapper = with_descriptors(700)});
  const std::string path = events_path(platen);
  std::vector<RawHttp> held;
  CHECK(open_sources(platen, path, 170, held) == 0);
  // Connections that say nothing take what is left: the door itself has to refuse.
  std::vector<RawHttp> idle;
  for (int i = 0; i < 100; ++i) idle.emplace_back(platen.port());
  for (int i = 0; i < 20; ++i) CHECK(is_put_off(source(platen, path)));
  idle.clear();
  held.clear();
  eventually([&] {
    RawHttp again = source(platen, path);
    return is_live(again);
  });
}
