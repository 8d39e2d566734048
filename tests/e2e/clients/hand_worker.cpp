#include "tests/e2e/clients/hand_worker.hpp"

#include <regex>
#include <sstream>
#include <stdexcept>

#include "queue/keys.hpp"

namespace platen::test {

namespace {

constexpr std::uint64_t total_rows = 200;

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error("the queue refuses: " + result.error().detail);
  return *std::move(result);
}

}  // namespace

HandWorker::HandWorker(RedisServer& redis) : connection_(redis.url()), queue_(connection_, redis.url()) {}

std::string HandWorker::claim() {
  const std::string nonce = "hand-" + std::to_string(++claims_);
  auto claim = value_of(queue_.claim(WorkerId{"hand"}, nonce));
  if (!claim) throw std::runtime_error("no job waits");
  lease_ = std::move(claim->lease);
  return lease_.job.text;
}

void HandWorker::report(std::uint64_t done) {
  const Progress progress{.stage = Stage::render,
                          .done = done,
                          .total = total_rows,
                          .percent = 100.0 * static_cast<double>(done) / static_cast<double>(total_rows),
                          .pages = done / 10,
                          .eta = {}};
  if (value_of(queue_.renew(lease_, progress)) != LeaseState::held) throw std::runtime_error("the lease is lost");
}

void HandWorker::succeed() {
  const Artifact artifact{
      .name = lease_.job.text + "-1", .bytes = 1, .pages = 1, .rows = total_rows, .sha256 = "", .filename = "a.pdf"};
  if (const auto completed = queue_.complete(lease_, artifact); !completed)
    throw std::runtime_error("the queue refuses: " + completed.error().detail);
}

std::string submit_small_report(const Installation& platen, const std::string& options) {
  return text_field(curl({"-H", "Content-Type: application/json", "-d",
                          R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},"options":)" + options + "}",
                          platen.url() + "/v1/jobs"}),
                    "id");
}

std::vector<SeenEvent> events_in_redis(RedisServer& redis, const std::string& job) {
  const redis::Reply reply = redis({"XRANGE", queue::Keys().job(JobId{job}) + ":events", "-", "+"});
  const redis::Value entries(reply);
  std::vector<SeenEvent> events;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string id(entries[i][0].text());
    const redis::Value fields = entries[i][1];
    events.push_back({id.substr(0, id.find('-')), std::string(fields[1].text()), std::string(fields[3].text())});
  }
  return events;
}

std::vector<SeenEvent> events_in_lines(const std::string& text) {
  std::vector<SeenEvent> events;
  std::istringstream lines(text);
  SeenEvent event;
  while (lines >> event.id >> event.event && std::getline(lines >> std::ws, event.data))
    if (event.id != "stopped") events.push_back(event);
  return events;
}

std::vector<SeenEvent> without_links(std::vector<SeenEvent> events) {
  static const std::regex link(R"re("(url|expires_at|artifact)":"[^"]*",)re");
  for (SeenEvent& event : events)
    if (event.event == "succeeded") event.data = std::regex_replace(event.data, link, "");
  return events;
}

}  // namespace platen::test
