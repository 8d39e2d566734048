// How the queue stands, and who works on it.
#pragma once

#include "platen/observation.hpp"
#include "queue/options.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

/// Tells of `limits`, which the queue's submits are held to. Threads: those of the connection, which is borrowed.
class RedisQueueObserver final : public QueueObserver {
 public:
  explicit RedisQueueObserver(const Shard& shard, QueueLimits limits = {}) : shard_(shard), limits_(limits) {}
  [[nodiscard]] Result<QueueState> observe(const Tenant& tenant) override;

 private:
  Shard shard_;
  QueueLimits limits_;
};

/// Threads: those of the connection, which is borrowed.
class RedisWorkerRegistry final : public WorkerRegistry {
 public:
  explicit RedisWorkerRegistry(const Shard& shard) : shard_(shard) {}
  [[nodiscard]] Result<void> report(const WorkerReport& report) override;
  void retire(const std::string& name) override;

 private:
  Shard shard_;
};

}  // namespace platen::queue
