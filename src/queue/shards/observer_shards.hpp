// How several Redis stand, as one queue.
#pragma once

#include <utility>
#include <vector>

#include "queue/shards/shard_ports.hpp"

namespace platen::queue {

/// Adds up what the shards tell; `unavailable` while one is away, for a sum that shrinks and grows again would be taken
/// for events. Every worker works for all, and tells each of itself.
/// Borrows the shards' ports. Threads: any that these allow.
class ObserverShards final : public QueueObserver {
 public:
  explicit ObserverShards(AllShards shards) : shards_(std::move(shards)) {}
  [[nodiscard]] Result<QueueState> observe(const Tenant& tenant) override;

 private:
  AllShards shards_;
};

/// Tells each shard. Borrows the registries. Threads: any that these allow.
class WorkerRegistryShards final : public WorkerRegistry {
 public:
  explicit WorkerRegistryShards(std::vector<WorkerRegistry*> shards) : shards_(std::move(shards)) {}
  [[nodiscard]] Result<void> report(const WorkerReport& report) override;
  void retire(const std::string& name) override;

 private:
  std::vector<WorkerRegistry*> shards_;
};

}  // namespace platen::queue
