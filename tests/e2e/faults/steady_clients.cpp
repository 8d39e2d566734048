#include "tests/e2e/faults/steady_clients.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tests/e2e/faults/fault_fixture.hpp"

namespace platen::test {

namespace {

constexpr std::size_t watchers = 3;
constexpr int rows_of_report = 4000;
constexpr std::chrono::seconds longest_end{120};
constexpr std::chrono::milliseconds pause{50};

}  // namespace

SteadyClients::SteadyClients(const Fleet& fleet, std::string key, std::size_t most_open)
    : fleet_(fleet), key_(std::move(key)), most_open_(most_open) {
  for (int i = 0; i < rows_of_report; ++i)
    rows_ += std::string(i == 0 ? "" : ",") + R"({"id":)" + std::to_string(i) + "}";
  threads_.emplace_back([this] { submit_all(); });
  for (std::size_t i = 0; i < watchers; ++i) threads_.emplace_back([this] { watch_all(); });
}

SeenByClients SteadyClients::finish() {
  *until_.lock() = Steady::now() + longest_end;
  seen_.lock()->is_over = true;
  seen_.notify_all();
  threads_.clear();
  return *seen_.lock();
}

std::vector<std::string> SteadyClients::as_myself(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"-H", "Authorization: Bearer " + key_});
  return arguments;
}

bool SteadyClients::has_finished() {
  const auto until = *until_.lock();
  const auto seen = seen_.lock();
  return seen->is_over && (seen->done == seen->begun || Steady::now() > *until);
}

void SteadyClients::submit_all() {
  while (!has_finished()) {
    const auto number = next_report();
    if (!number) continue;
    const std::string job = submit(*number);
    if (job.empty()) {
      refused_.push_back(*number);
      continue;
    }
    seen_.lock()->to_watch.push_back(job);
    seen_.notify_all();
  }
}

std::optional<std::size_t> SteadyClients::next_report() {
  prefers_refused_ = !prefers_refused_;
  if (!prefers_refused_ || refused_.empty()) {
    const auto has_room = [this](const SeenByClients& seen) {
      return !seen.is_over && seen.begun < seen.done + most_open_;
    };
    if (const auto seen = seen_.wait({}, has_room, pause)) return (*seen)->begun++;
  }
  if (refused_.empty()) return std::nullopt;
  const std::size_t number = refused_.front();
  refused_.pop_front();
  return number;
}

/// The job's id; empty when nobody takes it now.
std::string SteadyClients::submit(std::size_t number) const {
  const TempDir folder;
  const std::string body =
      R"({"report":{"title":"Report )" + std::to_string(number) + R"("},"data":{"rows":[)" + rows_ + "]}}";
  (void)write_file(folder / "body", body, 0600);
  for (std::size_t front = 0; front < fleet_.fronts(); ++front) {
    const Answer answer = call(
        as_myself({"-H", "Content-Type: application/json", "-H", "Idempotency-Key: order-" + std::to_string(number),
                   "-d", "@" + (folder / "body"), fleet_.url((number + front) % fleet_.fronts()) + "/v1/jobs"}));
    if (answer.status == 202) return text_field(answer.body, "id");
  }
  return {};
}

void SteadyClients::watch_all() {
  for (std::size_t front = 0; !has_finished(); ++front) {
    std::string job;
    std::vector<SeenEvent> events;
    {
      const auto seen = seen_.wait(
          {}, [](const SeenByClients& now) { return !now.to_watch.empty(); }, pause);
      if (!seen) continue;
      job = (*seen)->to_watch.front();
      (*seen)->to_watch.pop_front();
      events = std::move((*seen)->streams[job]);
    }
    std::vector<SeenEvent> more = watch(job, events, front % fleet_.fronts());
    std::move(more.begin(), more.end(), std::back_inserter(events));
    {
      const auto seen = seen_.lock();
      if (!events.empty() && has_ended(events.back().event))
        ++seen->done;
      else
        seen->to_watch.push_back(job);
      seen->streams[job] = std::move(events);
    }
    seen_.notify_all();
  }
}

/// What comes over one connection after what has come so far.
std::vector<SeenEvent> SteadyClients::watch(const std::string& job, const std::vector<SeenEvent>& so_far,
                                            std::size_t front) const {
  std::vector<std::string> arguments{"-s", "-N", "-m", "5"};
  if (!so_far.empty()) arguments.insert(arguments.end(), {"-H", "Last-Event-ID: " + so_far.back().id});
  arguments.push_back(fleet_.url(front) + "/v1/jobs/" + job + "/events");
  arguments = as_myself(std::move(arguments));
  arguments.insert(arguments.begin(), "curl");
  return events_in(run(arguments).out);
}

}  // namespace platen::test
