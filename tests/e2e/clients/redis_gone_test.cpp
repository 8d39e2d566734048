// Redis goes and comes back under clients that nobody here wrote.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "queue/keys.hpp"
#include "tests/e2e/clients/hand_worker.hpp"
#include "tests/e2e/clients/npm_programs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/websocket_client.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

std::size_t heartbeats(const std::string& stream) {
  std::size_t found = 0;
  for (std::size_t at = stream.find(": hb"); at != std::string::npos; at = stream.find(": hb", at + 1)) ++found;
  return found;
}

/// Reports once the queue can be reached again.
void report_again(HandWorker& worker, std::uint64_t done) {
  eventually([&] {
    try {
      worker.report(done);
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  });
}

/// Likewise cancels: the front end finds out by itself.
void cancel_again(const Installation& platen, const std::string& job) {
  const std::string url = platen.url() + "/v1/jobs/" + job + "/cancel";
  eventually([&] { return curl({"-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", url}) == "200"; });
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// How many front ends are subscribed to the job.
long watchers(RedisServer& redis, const std::string& job) {
  const platen::redis::Reply reply = redis({"PUBSUB", "NUMSUB", platen::queue::Keys().events(platen::JobId{job})});
  return static_cast<long>(platen::redis::Value(reply)[1].integer());
}

/// A client of /v1/ws that keeps what it hears of one job.
class Watcher {
 public:
  Watcher(const Installation& platen, std::string job) : socket_(platen.port(), "/v1/ws"), job_(std::move(job)) {
    CHECK(has(ask(R"({"ref":"w","watch":")" + job_ + R"("})"), R"({"ref":"w","job":{)"));
  }
  /// Says something with a `ref`; the answer.
  std::string ask(const std::string& message) {
    socket_.send(opcode::text, message);
    return next([](const std::string& text) { return text.starts_with(R"({"ref":)"); });
  }
  /// Hears until the job's event of that id has come.
  void hear(const std::string& id) {
    while (events_.empty() || events_.back().id != id) (void)next([](const std::string&) { return true; });
  }
  /// Answers pings until there were that many more.
  void outwait(int pings) {
    while (pings > 0) {
      const ServerFrame frame = socket_.next_of_any_kind();
      if (frame.opcode == opcode::ping) {
        socket_.send(opcode::pong, frame.payload);
        --pings;
      }
    }
  }
  [[nodiscard]] const std::vector<SeenEvent>& events() const noexcept { return events_; }

 private:
  template <class Wanted>
  std::string next(Wanted wanted) {
    for (;;) {
      std::string text = socket_.until("");
      const std::string begin = R"({"job":")" + job_ + R"(","id":)";
      if (text.starts_with(begin)) {
        const std::string data = R"("data":)";
        const std::size_t at = text.find(data) + data.size();
        events_.push_back({text.substr(begin.size(), text.find(',', begin.size()) - begin.size()),
                           text_field(text, "event"), text.substr(at, text.size() - at - 1)});
      }
      if (wanted(text)) return text;
    }
  }

  WebSocketClient socket_;
  std::string job_;
  std::vector<SeenEvent> events_;
};

}  // namespace

TEST_CASE("on /v1/ws, while Redis is away, submits and watches are put off, and then no event is missing or doubled") {
  Installation platen({.has_worker = false, .front_arguments = {"--heartbeat", "100ms"}});
  HandWorker worker(platen.redis());
  const std::string job = submit_small_report(platen);
  const std::string other = submit_small_report(platen, R"({"delay_seconds":600})");
  REQUIRE(worker.claim() == job);
  Watcher watcher(platen, job);
  worker.report(1);
  watcher.hear("3");
  const std::string submit =
      R"({"ref":"s","idempotency_key":"once","submit":{"report":{"title":"x"},"data":{"rows":[{"a":1}]}}})";
  const std::string watch = R"({"ref":"o","watch":")" + other + R"("})";

  std::string last = "3";
  for (const int heartbeats : {1, 6}) {  // a moment; more than a minute, were it 15 s as usual
    CAPTURE(heartbeats);
    platen.redis().kill9();
    for (const std::string& message : {submit, watch}) {
      const std::string refused = watcher.ask(message);
      INFO(refused);
      CHECK(has(refused, R"("code":"unavailable")"));
      CHECK(has(refused, R"("retry_after":1)"));
    }
    watcher.outwait(heartbeats);
    platen.redis().restart();
    for (std::uint64_t done = 2; done <= 20; ++done) report_again(worker, done);
    last = events_in_redis(platen.redis(), job).back().id;
    watcher.hear(last);
  }
  std::string answer;
  eventually([&] { return has(answer = watcher.ask(submit), R"({"ref":"s","job":{"id":"job_)"); });
  CHECK(text_field(watcher.ask(submit), "id") == text_field(answer, "id"));  // it is one job, however often it is said
  eventually([&] { return has(watcher.ask(watch), R"({"ref":"o","job":{"id":")" + other); });
  worker.succeed();
  const std::vector<SeenEvent> expected = events_in_redis(platen.redis(), job);
  watcher.hear(expected.back().id);
  CHECK(without_links(watcher.events()) == without_links(expected));
}

TEST_CASE("many jobs' streams and long polls outwait a Redis that is away") {
  Installation platen({.has_worker = false, .front_arguments = {"--heartbeat", "100ms", "--stream-retry", "100ms"}});
  HandWorker worker(platen.redis());
  const std::string job = submit_small_report(platen);
  const std::string late = submit_small_report(platen, R"({"delay_seconds":600})");
  REQUIRE(worker.claim() == job);
  worker.report(1);
  const std::string url = platen.url() + "/v1/jobs/" + job;
  const std::string many = platen.url() + "/v1/events?jobs=" + job + "," + late;
  Background stream({"curl", "-sSN", many});
  eventually([&] { return has(stream.out(), "event: delayed\n"); });
  const std::string waited = submit_small_report(platen, R"({"delay_seconds":600})");
  Background poll({"curl", "-sSi", "-H", "Prefer: wait=25", platen.url() + "/v1/jobs/" + waited});
  eventually([&] { return watchers(platen.redis(), waited) == 1; });

  platen.redis().kill9();
  const std::string refused = curl({"-i", "-H", "Prefer: wait=25", url});
  CHECK(refused.starts_with("HTTP/1.1 503 "));
  CHECK(has(refused, "\r\nRetry-After: 1\r\n"));
  const std::string put_off = curl({"-i", many});  // it begins while there is nothing to begin with
  CHECK(put_off.starts_with("HTTP/1.1 200 "));
  CHECK(has(put_off, "\r\n\r\nretry: "));
  const std::size_t before = heartbeats(stream.out());
  eventually([&] { return heartbeats(stream.out()) >= before + 6; });
  CHECK(poll.out().empty());

  platen.redis().restart();
  for (std::uint64_t done = 2; done <= 20; ++done) report_again(worker, done);
  worker.succeed();
  cancel_again(platen, waited);
  const std::string answer = poll.finish().out;
  INFO(answer << platen.logs());
  CHECK(answer.starts_with("HTTP/1.1 200 "));
  CHECK(text_field(answer, "status") == "canceled");
  cancel_again(platen, late);
  std::vector<SeenEvent> of_job;
  for (SeenEvent& event : events_in(stream.finish().out))
    if (text_field(event.data, "job") == job) of_job.push_back(std::move(event));
  // First the job as it was, then each later event once: these have no ids, but all are data.
  std::vector<SeenEvent> expected = without_links(events_in_redis(platen.redis(), job));
  for (SeenEvent& event : expected) event.id.clear();
  const std::vector<SeenEvent> seen = without_links(of_job);
  REQUIRE(seen.size() == expected.size() - 2);  // of the first three the last is what there was
  CHECK(std::equal(seen.begin() + 1, seen.end(), expected.begin() + 3, expected.end()));
}

TEST_CASE("while Redis is away streams stay open and submits are put off, and then no event is missing or doubled") {
  Installation platen({.has_worker = false, .front_arguments = {"--heartbeat", "100ms", "--stream-retry", "100ms"}});
  HandWorker worker(platen.redis());
  const std::string job = submit_small_report(platen);
  REQUIRE(worker.claim() == job);
  const std::string url = platen.url() + "/v1/jobs/" + job + "/events";
  Background stream({"curl", "-sSN", url});
  Background npm(node_program("eventsource.mjs", {url}));
  worker.report(1);
  eventually([&] { return stream.out().find("\nid: 3\n") != std::string::npos; });
  eventually([&] { return npm.out().find("\n3 ") != std::string::npos; });

  platen.redis().kill9();
  const std::size_t before = heartbeats(stream.out());
  const std::string refused =
      curl({"-i", "-H", "Content-Type: application/json", "-d", R"({"report":{"title":"x"},"data":{"rows":[{"a":1}]}})",
            platen.url() + "/v1/jobs"});
  CHECK(refused.starts_with("HTTP/1.1 503 "));
  CHECK(refused.find("\r\nRetry-After: 1\r\n") != std::string::npos);
  Background late({"curl", "-sSN", "-H", "Last-Event-ID: 2", url});  // it begins while there is nothing to read
  eventually([&] { return heartbeats(stream.out()) >= before + 6 && heartbeats(late.out()) >= 6; });

  platen.redis().restart();
  for (std::uint64_t done = 2; done <= 50; ++done) report_again(worker, done);
  worker.succeed();

  const std::vector<SeenEvent> expected = without_links(events_in_redis(platen.redis(), job));
  const Output seen = stream.finish();
  INFO(seen.out << platen.logs());
  CHECK(without_links(events_in(seen.out)) == expected);
  CHECK(without_links(events_in(late.finish().out)) == std::vector<SeenEvent>(expected.begin() + 2, expected.end()));
  const Output client = npm.finish();
  CHECK(without_links(events_in_lines(client.out)) == expected);
  CHECK(client.out.ends_with("stopped 204\n"));
}
