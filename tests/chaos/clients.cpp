#include "tests/chaos/clients.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <random>
#include <stdexcept>

#include "tests/support/raw_http.hpp"

namespace platen::chaos {

namespace {

using test::RawAnswer;
using test::RawHttp;
using test::SeenEvent;

constexpr std::uint32_t submitters = 8;
constexpr std::uint32_t watchers = 3;
constexpr int most_repeats = 2000;
constexpr std::uint32_t groups = 12;

using Random = std::minstd_rand;

bool one_in(Random& random, std::uint32_t n) { return std::uniform_int_distribution<std::uint32_t>(1, n)(random) == 1; }

bool is_final(const std::string& event) {
  return event == "succeeded" || event == "failed" || event == "canceled" || event == "expired";
}

/// What a submission asks for, drawn by lot.
struct Order {
  Wish wish;
  std::string content_type = "application/json";
  std::string body;
};

std::string options_for(Random& random, const Wish& wish, const std::string& callback_base) {
  std::string options = R"("max_attempts":20)";
  if (one_in(random, 6)) options += fmt::format(R"(,"group":"g{}")", random() % groups);
  if (one_in(random, 8))
    options += R"(,"priority":"high")";
  else if (one_in(random, 8))
    options += R"(,"priority":"low")";
  if (wish.is_to_cancel || one_in(random, 20)) options += R"(,"delay_seconds":1)";
  if (!wish.callback_path.empty()) options += fmt::format(R"(,"callback":"{}{}")", callback_base, wish.callback_path);
  return options;
}

Order an_order(Random& random, std::uint64_t index, const std::string& callback_base) {
  Order order;
  order.wish.key = fmt::format("chaos-{}", index);
  order.wish.is_bad = one_in(random, 40);
  order.wish.is_to_cancel = one_in(random, 25);
  order.wish.is_to_delete = one_in(random, 30);
  if (one_in(random, 10)) order.wish.callback_path = fmt::format("/flaky-1-{}", index);
  const std::string options = options_for(random, order.wish, callback_base);
  if (!order.wish.is_bad && !one_in(random, 8)) {
    order.body = fmt::format(R"({{"report":{{"title":"Chaos {}"}},"data":{{"rows":[{{"n":{},"total":9.5}}]}},)"
                             R"("options":{{{}}}}})",
                             index, index, options);
    return order;
  }
  const std::string csv = order.wish.is_bad ? "a,b\n1,2\n3\n" : fmt::format("n,total\n{},9.5\n2,3.25\n", index);
  order.content_type = "multipart/form-data; boundary=chaos";
  order.body = fmt::format(
      "--chaos\r\nContent-Disposition: form-data; name=\"job\"\r\nContent-Type: application/json\r\n\r\n"
      "{{\"report\":{{\"title\":\"Chaos {}\"}},\"options\":{{{}}}}}\r\n"
      "--chaos\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\n"
      "Content-Type: text/csv\r\n\r\n{}\r\n--chaos--\r\n",
      index, options, csv);
  return order;
}

std::string request(std::string_view method, const std::string& path, const std::string& lines,
                    const std::string& body = {}) {
  return fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n{}", method,
                     path, body.size(), lines, body);
}

/// An answer, or nullopt where none came.
std::optional<RawAnswer> ask(std::uint16_t port, const std::string& bytes) {
  try {
    RawHttp http(port);
    http.send_what_goes(bytes);
    return http.answer();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string next_of(Guarded<Ledger>& guarded, std::deque<std::string> Ledger::*queue) {
  const auto ledger = guarded.lock();
  std::deque<std::string>& waiting = (*ledger).*queue;
  if (waiting.empty()) return {};
  std::string job = waiting.front();
  waiting.pop_front();
  return job;
}

}  // namespace

Clients::Clients(ClientOptions options, Guarded<Ledger>& ledger) : options_(std::move(options)), ledger_(ledger) {
  for (std::uint32_t i = 0; i < submitters; ++i)
    submitters_.emplace_back([this, i](const std::stop_token& stop) { submit_all(stop, i); });
  for (std::uint32_t i = 0; i < watchers; ++i)
    watchers_.emplace_back([this, i](const std::stop_token& stop) { watch_all(stop, options_.seed + 1000 + i); });
}

bool Clients::have_sent_all() { return ledger_.lock()->all_sent; }

void Clients::join() {
  submitters_.clear();
  for (std::jthread& watcher : watchers_) watcher.request_stop();
  watchers_.clear();
}

void Clients::submit_all(const std::stop_token& stop, std::uint32_t number) {
  for (std::uint64_t index = number; index < options_.jobs; index += submitters) {
    (void)ended_.wait(stop, [&](std::uint64_t ended) { return index < ended + options_.most_open; });
    if (stop.stop_requested()) return;
    submit_one(index, options_.seed);
    const auto ledger = ledger_.lock();
    if (++ledger->sent == options_.jobs) ledger->all_sent = true;
  }
}

void Clients::submit_one(std::uint64_t index, std::uint32_t seed) {
  Random random(static_cast<std::uint32_t>(index * 2654435761U + seed));
  (void)random();
  const Order order = an_order(random, index, options_.callback_base);
  const std::string bytes = request(
      "POST", "/v1/jobs",
      fmt::format("Content-Type: {}\r\nIdempotency-Key: {}\r\n", order.content_type, order.wish.key), order.body);
  std::string id;
  const int times = one_in(random, 10) ? 2 : 1;  // some send it again although they were answered
  for (int repeat = 0, answers = 0; answers < times && repeat < most_repeats; ++repeat) {
    const std::uint16_t port = options_.ports[random() % options_.ports.size()];
    const auto answer = ask(port, bytes);
    if (answer && answer->status == 202) {
      const std::string got = test::text_field(answer->body, "id");
      if (++answers == 2 && got != id) complain(order.wish.key + " made two jobs: " + id + " and " + got);
      id = got;
      continue;
    }
    if (answer && answer->status != 503 && answer->status != 429 && !(answer->status == 410 && !id.empty()))
      return complain(fmt::format("{} was answered {}: {}", order.wish.key, answer->status, answer->body));
    {
      const auto ledger = ledger_.lock();
      ++ledger->repeats;
      ledger->refused += answer ? 1 : 0;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 100));  // as `Retry-After` asks, but sooner
  }
  if (id.empty()) return complain(order.wish.key + " was never taken");
  {
    const auto ledger = ledger_.lock();
    ledger->jobs[id] = order.wish;
    if (order.wish.is_to_delete)
      ledger->to_delete.push_back(id);
    else if (one_in(random, 8))
      ledger->to_watch.push_back(id);
  }
  if (order.wish.is_to_cancel)
    (void)ask(options_.ports[random() % options_.ports.size()], request("POST", "/v1/jobs/" + id + "/cancel", {}));
}

void Clients::watch_all(const std::stop_token& stop, std::uint32_t seed) {
  for (;;) {
    const bool may_come = !stop.stop_requested();
    const std::string watched = next_of(ledger_, &Ledger::to_watch);
    if (!watched.empty()) watch_one(watched, seed++);
    const std::string deleted = next_of(ledger_, &Ledger::to_delete);
    if (!deleted.empty()) delete_one(deleted, seed++);
    if (!watched.empty() || !deleted.empty()) continue;
    if (!may_come) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void Clients::watch_one(const std::string& job, std::uint32_t seed) {
  Random random(seed);
  std::vector<SeenEvent> events;
  for (int repeat = 0; repeat < most_repeats; ++repeat) {
    const std::string last = events.empty() ? std::string() : "Last-Event-ID: " + events.back().id + "\r\n";
    std::string stream;
    try {
      RawHttp http(options_.ports[random() % options_.ports.size()]);
      http.send(test::get_request("/v1/jobs/" + job + "/events", last));
      stream = http.read_to_end();
    } catch (const std::exception&) {  // again
    }
    for (SeenEvent& event : test::events_in(stream)) {
      if (event.event == "reset") complain(job + " was reset although nothing was lost");
      events.push_back(std::move(event));
    }
    if (!events.empty() && is_final(events.back().event)) {
      ledger_.lock()->streams[job] = std::move(events);
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + random() % 100));
  }
  complain(job + "'s stream never ended");
}

void Clients::delete_one(const std::string& job, std::uint32_t seed) {
  Random random(seed);
  const auto answer = ask(options_.ports[random() % options_.ports.size()], request("DELETE", "/v1/jobs/" + job, {}));
  if (answer && (answer->status == 204 || answer->status == 404)) return;
  if (answer && answer->status != 409 && answer->status != 503)
    complain(fmt::format("the removal of {} was answered {}: {}", job, answer->status, answer->body));
  ledger_.lock()->to_delete.push_back(job);  // it has not ended yet, or nobody answered
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

}  // namespace platen::chaos
