// /v1/ws: what a client says, and what comes of it.
#include <sys/socket.h>

#include <deque>

#include "http/errands.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/websocket_frames.hpp"
#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using namespace std::chrono_literals;
using test::client_frame;

namespace {

/// Errands that are run when the test says so.
class HeldErrands final : public http::Errands {
 public:
  bool run(http::Errand&& errand) override {
    if (is_full) return false;
    waiting.push_back(std::move(errand));
    return true;
  }
  void step() {
    REQUIRE_FALSE(waiting.empty());
    const http::Errand errand = std::move(waiting.front());
    waiting.pop_front();
    errand.work();
    errand.done();
  }

  bool is_full = false;
  std::deque<http::Errand> waiting;
};

struct Fixture : test::RoutesFixture {
  Fixture() {
    http::Exchange exchange;
    exchange.names_upgrade = true;
    exchange.headers = {
        {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    test::Answer answer = call("GET", "/v1/ws", std::move(exchange));
    REQUIRE(answer.is_stream());
    std::array<int, 2> pair{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) == 0);
    client = Fd(pair[0]);
    std::get<http::Handover>(answer.outcome).adopt({Fd(pair[1]), {}, &errands});
    settle();
    read();
    REQUIRE(received.rfind("HTTP/1.1 101 ", 0) == 0);
    received.erase(0, received.find("\r\n\r\n") + 4);
  }

  void read() {
    std::array<char, 65536> buffer;
    for (;;) {
      const ssize_t got = ::recv(client.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      saw_end = saw_end || got == 0;
      if (got <= 0) return;
      received.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  /// Sends a message and lets the loop hear of it.
  void say(std::string_view text) { send(client_frame(test::opcode::text, text)); }
  void send(std::string_view bytes) {
    REQUIRE(::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
    loop.turn(0ms);
  }
  /// The next message; empty where there is none. A Close is its code.
  std::string next() {
    settle();
    read();
    std::string_view rest = received;
    const auto frame = test::take_frame(rest);
    if (!frame) return {};
    received.erase(0, received.size() - rest.size());
    return frame->opcode == test::opcode::close ? std::to_string(frame->code()) : frame->payload;
  }
  /// Says something, has it acted on, and gives the answer.
  std::string ask(std::string_view text) {
    say(text);
    errands.step();
    return next();
  }
  [[nodiscard]] JobId last_submitted() const { return queue.submissions.back().id; }
  /// A job that the relay knows too.
  JobId running_job() {
    const JobId id = job_in(JobState::running, 2).id;
    events.publish(id, EventKind::queued);
    events.publish(id, EventKind::started);
    return id;
  }

  HeldErrands errands;
  Fd client;
  std::string received;
  bool saw_end = false;
};

const std::string submission = R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]}})";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("on one connection a job is submitted, watched, and its link comes", "[websocket]") {
  Fixture fixture;
  fixture.say(R"({"ref":"r1","submit":)" + submission + "}");
  fixture.errands.step();
  const JobId job = fixture.last_submitted();
  for (const EventKind kind : {EventKind::queued, EventKind::started, EventKind::succeeded})
    fixture.events.publish(job, kind);
  CHECK(fixture.next().rfind(R"({"ref":"r1","job":{"id":")" + job.text + R"(","title":"Orders","status":"queued")",
                             0) == 0);
  CHECK(fixture.next().rfind(R"({"job":")" + job.text + R"(","id":1,"event":"queued","data":{)", 0) == 0);
  CHECK(has(fixture.next(), R"("id":2,"event":"started")"));
  const std::string last = fixture.next();
  CHECK(has(last, R"("id":3,"event":"succeeded")"));
  CHECK(has(last, "/d/" + job.text));
  CHECK(fixture.next().empty());
  CHECK_FALSE(fixture.saw_end);  // the connection is for more jobs than one
}

TEST_CASE("POST and a message are one way to submit: the same checks, the same keys", "[websocket]") {
  Fixture fixture;
  const std::string wrong = fixture.ask(R"({"ref":"a","submit":{"report":{"titel":"x"},"data":{"rows":[]}}})");
  CHECK(wrong.rfind(R"({"ref":"a","error":{"type":"urn:platen:error:invalid_report")", 0) == 0);
  CHECK(has(wrong, R"("pointer":"/report/titel")"));
  CHECK(has(wrong, R"("request_id":"req-1.1")"));
  const test::Answer posted =
      fixture.post("/v1/jobs", submission, {{"Content-Type", "application/json"}, {"Idempotency-Key", "k"}});
  REQUIRE(posted.status == 202);
  const JobId job = fixture.last_submitted();
  fixture.events.publish(job, EventKind::queued);
  CHECK(has(fixture.ask(R"({"submit":)" + submission + R"(,"idempotency_key":"k"})"), job.text));
  CHECK(fixture.queue.submissions.size() == 1);
  CHECK(has(fixture.next(), R"("event":"queued")"));
  const std::string taken =
      fixture.ask(R"({"submit":{"report":{"title":"Other"},"data":{"rows":[{"a":1}]}},"idempotency_key":"k"})");
  CHECK(has(taken, R"("code":"idempotency_conflict")"));
  CHECK(has(fixture.ask(R"({"submit":)" + submission + R"(,"idempotency_key":""})"), R"("code":"invalid_request")"));
  CHECK(fixture.queue.submissions.size() == 1);
}

TEST_CASE("a job is watched from where the client was, once, until it is left", "[websocket]") {
  Fixture fixture;
  const JobId job = fixture.running_job();
  const std::string watch = R"({"watch":")" + job.text + R"(","last_event_id":1})";
  CHECK(fixture.ask(watch).rfind(R"({"job":{"id":")" + job.text, 0) == 0);
  CHECK(has(fixture.next(), R"("id":2,"event":"started")"));
  CHECK(has(fixture.ask(watch), R"("code":"conflict")"));
  CHECK(fixture.ask(R"({"ref":"u","unwatch":")" + job.text + R"("})") ==
        R"({"ref":"u","unwatched":")" + job.text + R"("})");
  fixture.events.publish(job, EventKind::progress);
  CHECK(fixture.next().empty());
  CHECK(has(fixture.ask(R"({"watch":")" + job.text + R"(","last_event_id":2})"), R"("job":{)"));
  CHECK(has(fixture.next(), R"("id":3,"event":"progress")"));
}

TEST_CASE("a job whose end has been seen, or that is gone, says at once that nothing will come", "[websocket]") {
  Fixture fixture;
  const JobId job = fixture.running_job();
  fixture.events.publish(job, EventKind::canceled);
  const std::string end = R"({"job":")" + job.text + R"(","event":"end","data":{}})";
  CHECK(has(fixture.ask(R"({"watch":")" + job.text + R"(","last_event_id":3})"), R"("job":{)"));
  CHECK(fixture.next() == end);
  fixture.events.forget(job);
  fixture.events.find_job = {};
  CHECK(has(fixture.ask(R"({"watch":")" + job.text + R"("})"), R"("job":{)"));
  CHECK(fixture.next() == end);
}

TEST_CASE("a job is canceled, and one that is not there, or has ended, is told", "[websocket]") {
  Fixture fixture;
  const JobId job = fixture.running_job();
  CHECK(has(fixture.ask(R"({"cancel":")" + job.text + R"("})"), R"("status":"canceling")"));
  const JobId ended = fixture.job_in(JobState::failed).id;
  CHECK(has(fixture.ask(R"({"ref":"c","cancel":")" + ended.text + R"("})"), R"({"ref":"c","error":{)"));
  const std::string nobody = new_job_id().text;
  CHECK(has(fixture.ask(R"({"cancel":")" + nobody + R"("})"), R"("code":"not_found")"));
  CHECK(has(fixture.ask(R"({"watch":")" + nobody + R"("})"), R"("code":"not_found")"));
  fixture.queue.is_up = false;
  CHECK(has(fixture.ask(R"({"submit":)" + submission + "}"), R"("code":"unavailable")"));
  CHECK(has(fixture.ask("nonsense"), R"("code":"invalid_request")"));
  CHECK_FALSE(fixture.saw_end);
}

TEST_CASE("a connection watches a hundred jobs, and says so of one more", "[websocket]") {
  Fixture fixture;
  std::vector<JobId> jobs;
  for (int i = 0; i < 101; ++i) jobs.push_back(fixture.running_job());
  for (int i = 0; i < 100; ++i) {
    fixture.say(R"({"watch":")" + jobs[static_cast<std::size_t>(i)].text + R"(","last_event_id":2})");
    fixture.errands.step();
    fixture.settle();
    fixture.read();
  }
  fixture.received.clear();
  CHECK(has(fixture.ask(R"({"watch":")" + jobs[100].text + R"("})"), R"("code":"busy")"));
  CHECK(has(fixture.ask(R"({"submit":)" + submission + "}"), R"("code":"busy")"));
  CHECK(fixture.queue.submissions.empty());
  fixture.events.publish(jobs[0], EventKind::failed);
  CHECK(has(fixture.next(), R"("event":"failed")"));
  CHECK(has(fixture.ask(R"({"watch":")" + jobs[100].text + R"(","last_event_id":2})"), R"("job":{)"));
}

TEST_CASE("messages are acted on one by one, and one that finds no room waits for it", "[websocket]") {
  Fixture fixture;
  const JobId job = fixture.running_job();
  const std::string cancel = client_frame(test::opcode::text, R"({"ref":"1","cancel":")" + job.text + R"("})");
  const std::string leave = client_frame(test::opcode::text, R"({"ref":"2","unwatch":")" + job.text + R"("})");
  fixture.send(cancel + leave + client_frame(test::opcode::ping, "here"));
  CHECK(fixture.errands.waiting.size() == 1);
  CHECK(fixture.next() == "here");
  fixture.send(client_frame(test::opcode::ping, "not read meanwhile"));
  CHECK(fixture.next().empty());
  fixture.errands.is_full = true;
  fixture.errands.step();
  CHECK(has(fixture.next(), R"("ref":"1")"));
  CHECK(fixture.errands.waiting.empty());
  fixture.errands.is_full = false;
  test::eventually([&] {
    fixture.loop.turn(1ms);
    return !fixture.errands.waiting.empty();
  });
  fixture.errands.step();
  CHECK(has(fixture.next(), R"("ref":"2")"));
  CHECK(fixture.next() == "not read meanwhile");
}

TEST_CASE("draining answers what is being acted on, then closes", "[websocket]") {
  Fixture fixture;
  fixture.say(R"({"ref":"r","submit":)" + submission + "}");
  fixture.hub.drain();
  CHECK(fixture.next().empty());
  fixture.errands.step();
  CHECK(has(fixture.next(), R"({"ref":"r","job":{)"));
  CHECK(fixture.next() == "1001");
  fixture.read();
  CHECK(fixture.saw_end);
}

TEST_CASE("what is being acted on when the client leaves comes back to nobody", "[websocket]") {
  Fixture fixture;
  fixture.say(R"({"submit":)" + submission + "}");
  fixture.client.reset();
  test::eventually([&] {
    fixture.loop.turn(1ms);
    return fixture.hub.stats().streams == 0;
  });
  fixture.errands.step();
  CHECK(fixture.queue.submissions.size() == 1);
  CHECK(fixture.events.watched().empty());
}

TEST_CASE("the path is for WebSockets only", "[websocket]") {
  test::RoutesFixture fixture;
  const test::Answer answer = fixture.get("/v1/ws");
  CHECK(answer.status == 426);
  CHECK(answer.header("Upgrade") == "websocket");
}
