#include "worker/slots/worker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <deque>
#include <exception>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/crypto.hpp"
#include "base/guarded.hpp"
#include "base/log.hpp"
#include "queue/cancel_listener.hpp"
#include "queue/lease_queue.hpp"
#include "queue/observation.hpp"
#include "queue/shards/lease_shards.hpp"
#include "queue/shards/observer_shards.hpp"
#include "redis/shared_connection.hpp"

namespace platen::worker {

namespace {

std::string new_worker_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format("{}:{}:{}", host.data(), ::getpid(), random_hex(4));
}

}  // namespace

/// One Redis, as all slots use it.
struct Worker::Commands {
  Commands(const redis::Url& url, std::size_t number)
      : connection(url), shard(connection, number), completions(queue::RedisLeaseQueue::completions_on(shard)) {}
  redis::SharedConnection connection;
  queue::Shard shard;
  queue::CallBatches completions;
};

Worker::Worker(WorkerOptions options)
    : options_(std::move(options)),
      name_(new_worker_name()),
      stores_(options_.data_dir, options_.bucket),
      started_at_(SystemClock().now()) {}

void Worker::run(const std::stop_token& stop) {
  std::deque<queue::CancelListener> cancels;
  for (const redis::Url& url : options_.redis)
    cancels.emplace_back(
        url, [this](const JobId& job) { running_.cancel(job); }, queue::Keys(cancels.size()));
  std::deque<Commands> commands;
  for (const redis::Url& url : options_.redis) commands.emplace_back(url, commands.size());
  std::optional<queue::WorkBell> bell;
  if (options_.redis.size() > 1) bell.emplace(options_.redis);
  Guarded<std::exception_ptr> failure;
  std::stop_source all;
  const std::stop_callback stop_all(stop, [&all] { all.request_stop(); });
  const std::jthread reporter([&](const std::stop_token& ended) { report(commands, ended); });
  {
    std::vector<std::jthread> slots;
    for (std::uint32_t number = 1; number <= options_.slots; ++number)
      slots.emplace_back([&, number] {
        try {
          run_slot(number, commands, bell ? &*bell : nullptr, all.get_token());
        } catch (...) {
          *failure.lock() = std::current_exception();
          all.request_stop();
        }
      });
  }
  if (const std::exception_ptr thrown = *failure.lock()) std::rethrow_exception(thrown);
}

void Worker::report(const std::deque<Commands>& commands, const std::stop_token& stop) {
  std::deque<queue::RedisWorkerRegistry> registries;
  std::vector<WorkerRegistry*> all;
  for (const Commands& each : commands) all.push_back(&registries.emplace_back(each.shard));
  queue::WorkerRegistryShards registry(std::move(all));
  RealPace pace;
  while (!stop.stop_requested()) {
    const WorkerReport report{.name = name_,
                              .version = options_.version,
                              .slots = options_.slots,
                              .started_at = started_at_,
                              .seen_at = {},
                              .jobs = running_.all(),
                              .totals = tally_.totals()};
    if (const auto told = registry.report(report); !told)
      log_line(spdlog::level::debug, "no report", {{"reason", told.error().detail}});
    pace.pause(worker_report_every, stop);
  }
  registry.retire(name_);
}

void Worker::run_slot(std::uint32_t number, const std::deque<Commands>& commands, queue::WorkBell* bell,
                      const std::stop_token& stop) {
  std::deque<queue::RedisLeaseQueue> queues;
  std::vector<LeaseQueue*> all;
  for (const Commands& each : commands)
    all.push_back(&queues.emplace_back(each.shard, each.completions, options_.redis[queues.size()], options_.queue));
  queue::LeaseShards queue(std::move(all), bell);
  RealPace pace;
  RenderProcess renderer(options_.renderer);
  SlotOptions slot_options{.threads = options_.threads, .renew_every = options_.queue.lease / 3};
  // Where there is one alone nothing else is to be done while it is away; else others' jobs wait for this slot.
  if (commands.size() > 1) slot_options.report_within = options_.queue.lease;
  Slot slot({fmt::format("{}:{}", name_, number)},
            {.queue = queue,
             .uploads = stores_.uploads(),
             .artifacts = stores_.artifacts(),
             .renderer = renderer,
             .running = running_,
             .tally = tally_,
             .pace = pace,
             .check_ready =
                 [&] {
                   auto warm = renderer.warm_up();
                   return warm ? stores_.artifacts().check() : warm;
                 },
             .tracer = options_.tracer},
            slot_options);
  slot.run(stop);
}

}  // namespace platen::worker
