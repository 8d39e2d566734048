#include "queue/shards/front_queue.hpp"

#include <utility>

namespace platen::queue {

namespace {

redis::SharedConnectionOptions connection_options(const FrontQueueOptions& options,
                                                  std::optional<redis::BatchGate> gate = {}) {
  redis::SharedConnectionOptions connection;
  connection.gate = std::move(gate);
  connection.on_answer = options.on_answer;
  return connection;
}

}  // namespace

/// One shard: its connections, and the ports over them.
class FrontQueue::One {
 public:
  One(Loop& loop, std::size_t number, const ShardAddress& address, const FrontQueueOptions& options)
      : redis_(address.url, connection_options(options)),
        gated_(address.submit_gate ? std::make_unique<redis::SharedConnection>(
                                         address.url, connection_options(options, address.submit_gate))
                                   : nullptr),
        shard_(redis_, number),
        jobs_(shard_),
        submitter_(gated_ ? Shard(*gated_, number) : shard_, options.limits),
        janitor_(shard_),
        observer_(shard_, options.limits),
        feeds_(shard_),
        events_(loop, address.url, {}, Keys(number)) {}

  [[nodiscard]] const Shard& shard() const noexcept { return shard_; }
  [[nodiscard]] ShardPorts ports() noexcept {
    return {&submitter_, &jobs_, &jobs_, &janitor_, &janitor_, &feeds_, &observer_};
  }
  [[nodiscard]] ShardEvents events() noexcept { return {&events_, &events_}; }

 private:
  redis::SharedConnection redis_;
  std::unique_ptr<redis::SharedConnection> gated_;
  Shard shard_;
  RedisJobQueue jobs_;
  RedisJobQueue submitter_;
  RedisJobJanitor janitor_;
  RedisQueueObserver observer_;
  RedisFeedReader feeds_;
  RedisJobEvents events_;
};

std::vector<std::unique_ptr<FrontQueue::One>> FrontQueue::open(Loop& loop, const std::vector<ShardAddress>& shards,
                                                               FrontQueueOptions options) {
  options.limits.shards = static_cast<std::uint32_t>(shards.size());
  std::vector<std::unique_ptr<One>> opened;
  for (const ShardAddress& shard : shards) opened.push_back(std::make_unique<One>(loop, opened.size(), shard, options));
  return opened;
}

template <class Of>
auto FrontQueue::of_each(Of of) const {
  std::vector<decltype(of(*shards_.front()))> all;
  for (const auto& shard : shards_) all.push_back(of(*shard));
  return all;
}

FrontQueue::FrontQueue(Loop& loop, const std::vector<ShardAddress>& shards, const FrontQueueOptions& options)
    : shards_(open(loop, shards, options)),
      jobs_(of_each([](One& one) { return one.ports(); })),
      janitor_(of_each([](One& one) { return one.ports(); })),
      feeds_(of_each([](One& one) { return one.ports(); })),
      observer_(of_each([](One& one) { return one.ports(); })),
      events_(of_each([](One& one) { return one.events(); })),
      first_deliveries_(shards_.front()->shard()),
      deliveries_(first_deliveries_, of_each([](One& one) { return Shard(one.shard()); })),
      webhooks_(shards_.front()->shard()),
      keys_(shards_.front()->shard()) {}

FrontQueue::~FrontQueue() = default;

}  // namespace platen::queue
