#include "worker/slots/worker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "base/crypto.hpp"
#include "base/guarded.hpp"
#include "base/log.hpp"
#include "queue/cancel_listener.hpp"
#include "queue/lease_queue.hpp"
#include "redis/connection.hpp"

namespace platen::worker {

namespace {

std::string new_worker_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format("{}:{}:{}", host.data(), ::getpid(), random_hex(4));
}

}  // namespace

Worker::Worker(WorkerOptions options)
    : options_(std::move(options)),
      name_(new_worker_name()),
      uploads_(options_.data_dir),
      artifacts_(options_.data_dir) {}

void Worker::run(const std::stop_token& stop) {
  const queue::CancelListener cancels(options_.redis, [this](const JobId& job) { running_.cancel(job); });
  Guarded<std::exception_ptr> failure;
  std::stop_source all;
  const std::stop_callback stop_all(stop, [&all] { all.request_stop(); });
  {
    std::vector<std::jthread> slots;
    for (std::uint32_t number = 1; number <= options_.slots; ++number)
      slots.emplace_back([&, number] {
        try {
          run_slot(number, all.get_token());
        } catch (...) {
          *failure.lock() = std::current_exception();
          all.request_stop();
        }
      });
  }
  if (const std::exception_ptr thrown = *failure.lock()) std::rethrow_exception(thrown);
}

void Worker::run_slot(std::uint32_t number, const std::stop_token& stop) {
  redis::Connection commands(options_.redis);
  queue::RedisLeaseQueue queue(commands, options_.redis, options_.queue);
  RealPace pace;
  RenderProcess renderer(options_.renderer);
  const SlotOptions slot_options{.threads = options_.threads, .renew_every = options_.queue.lease / 3};
  Slot slot({fmt::format("{}:{}", name_, number)},
            {.queue = queue,
             .uploads = uploads_,
             .artifacts = artifacts_,
             .renderer = renderer,
             .running = running_,
             .pace = pace,
             .check_ready =
                 [&] {
                   auto warm = renderer.warm_up();
                   return warm ? artifacts_.check() : warm;
                 }},
            slot_options);
  slot.run(stop);
}

}  // namespace platen::worker
