// How the queue stands, and who works on it.
#pragma once

#include "platen/observation.hpp"
#include "redis/caller.hpp"

namespace platen::queue {

/// Threads: those of the connection, which is borrowed.
class RedisQueueObserver final : public QueueObserver {
 public:
  explicit RedisQueueObserver(redis::Caller& redis) : redis_(redis) {}
  [[nodiscard]] Result<QueueState> observe() override;

 private:
  redis::Caller& redis_;
};

/// Threads: those of the connection, which is borrowed.
class RedisWorkerRegistry final : public WorkerRegistry {
 public:
  explicit RedisWorkerRegistry(redis::Caller& redis) : redis_(redis) {}
  [[nodiscard]] Result<void> report(const WorkerReport& report) override;
  void retire(const std::string& name) override;

 private:
  redis::Caller& redis_;
};

}  // namespace platen::queue
