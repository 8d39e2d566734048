// The routes over ports in memory: a request in, what came of it out; no socket.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "http/call_handler.hpp"
#include "http/later.hpp"
#include "http/links.hpp"
#include "http/routes/routes.hpp"
#include "http/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_events.hpp"
#include "tests/support/fake_feed.hpp"
#include "tests/support/hand_clock.hpp"
#include "tests/support/memory_ports.hpp"
#include "tests/support/memory_webhooks.hpp"

namespace platen::test {

/// An answer taken apart.
struct Answer {
  explicit Answer(http::Outcome from) : outcome(std::move(from)) {
    std::string text;
    if (const auto* bytes = std::get_if<http::Bytes>(&outcome)) text = bytes->text;
    if (const auto* part = std::get_if<http::FilePart>(&outcome)) text = part->head;
    if (text.empty()) return;
    const std::size_t end = text.find("\r\n\r\n");
    REQUIRE(end != std::string::npos);
    head = text.substr(0, end + 2);
    body = text.substr(end + 4);
    status = std::stoi(head.substr(9, 3));
  }
  /// The value of a header field; empty where there is none.
  [[nodiscard]] std::string header(const std::string& name) const {
    for (std::string_view rest = head; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find("\r\n"));
      rest.remove_prefix(line.size() + 2);
      if (http::same_word(line.substr(0, line.find(':')), name)) return std::string(line.substr(name.size() + 2));
    }
    return {};
  }
  [[nodiscard]] bool has(const std::string& text) const { return body.find(text) != std::string::npos; }
  [[nodiscard]] bool is_stream() const { return std::holds_alternative<http::Handover>(outcome); }
  [[nodiscard]] bool is_wait() const { return std::holds_alternative<http::Waiting>(outcome); }
  [[nodiscard]] bool is_file() const { return std::holds_alternative<http::FilePart>(outcome); }

  http::Outcome outcome;
  int status = 0;
  std::string head;
  std::string body;
};

struct RoutesFixture {
  RoutesFixture() {
    events.find_job = [this](const JobId& id) {
      const auto found = queue.jobs.find(id);
      return found == queue.jobs.end() ? std::nullopt : std::optional(found->second);
    };
  }
  Answer call(std::string method, std::string target, http::Exchange&& exchange = {}) {
    exchange.path = target.substr(0, target.find('?'));
    exchange.method = std::move(method);
    exchange.target = std::move(target);
    exchange.request_id = "req-1";
    exchange.host = "localhost";
    http::call_route(table, exchange);
    if (auto* postponed = std::get_if<http::Postponed>(&exchange.outcome)) return answer_later(*postponed, exchange);
    return Answer(std::move(exchange.outcome));
  }
  /// As a pool thread goes on with a handler that answers later.
  Answer answer_later(const http::Postponed& postponed, http::Exchange& exchange) {
    const auto begin = postponed.begin;
    http::ExchangePtr answered;
    http::Mailbox<http::ExchangePtr> finished(loop, [&](http::ExchangePtr done) { answered = std::move(done); });
    begin(http::Later(std::make_unique<http::Exchange>(std::move(exchange)), finished.sender()));
    settle();
    if (!answered) loop.turn(std::chrono::milliseconds(0));
    return Answer(answered ? std::move(answered->outcome) : http::Outcome());
  }
  Answer get(std::string target, httplib::Headers headers = {}) {
    http::Exchange exchange;
    exchange.headers = std::move(headers);
    return call("GET", std::move(target), std::move(exchange));
  }
  Answer post(std::string target, std::string body = {}, httplib::Headers headers = {}) {
    http::Exchange exchange;
    exchange.body = std::move(body);
    exchange.headers = std::move(headers);
    return call("POST", std::move(target), std::move(exchange));
  }

  /// A job in the given state, put there as if by a worker.
  Job& job_in(JobState state, Seq seq = 3) {
    Job job;
    job.id = new_job_id();
    job.title = "Orders";
    job.state = state;
    job.seq = seq;
    if (state == JobState::succeeded) {
      Artifact artifact;
      artifact.name = job.id.text + ".1.pdf";
      artifact.sha256 = std::string(64, 'a');
      artifact.filename = "Orders.pdf";
      artifacts.files[artifact.name] = "0123456789";
      job.artifact = artifact;
    }
    return queue.jobs[job.id] = job;
  }
  /// Begins a wait as the door does; `is_over` says whether it is. Turn the loop to hear of it.
  std::unique_ptr<http::Watching> begin_wait(Answer& answer) {
    is_over = false;
    return std::get<http::Waiting>(answer.outcome).wait.watch([this] { is_over = true; });
  }
  void settle() {
    events.settle();
    feed.settle();
    loop.turn(std::chrono::milliseconds(0));
  }
  /// The answer when the wait is over.
  Answer after_wait(Answer& answer, std::string method, std::string target) {
    http::Exchange exchange;
    exchange.answer_after_wait = std::move(std::get<http::Waiting>(answer.outcome).wait.answer);
    return call(std::move(method), std::move(target), std::move(exchange));
  }

  /// Lets the relay answer on the socket that it was handed, and returns what it said.
  std::string hand_over(Answer& answer);

  MemoryQueue queue;
  MemoryWebhooks hooks;
  KnownUploads uploads;
  NoUnfinishedUploads unfinished;
  MemoryArtifacts artifacts;
  HandClock clock;
  http::HmacLinkSigner signer{{{"k1", std::string(32, 's')}}, std::chrono::hours(1), clock};
  Loop loop;
  FakeEvents events;
  FakeFeed feed;
  relay::Hub hub{loop, {events, feed}, signer, {}};
  FixedQueueState observer;
  bool has_live_events = true;
  bool is_over = false;
  http::Services services{queue,     queue,
                          queue,     hooks,
                          hooks,     feed,
                          uploads,   unfinished,
                          artifacts, signer,
                          hub,       [this] { return has_live_events; },
                          observer,  [] { return std::string("platen_up 1\n"); }};
  http::RouteTable table{http::routes(services)};
};

}  // namespace platen::test
