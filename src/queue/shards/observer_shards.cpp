#include "queue/shards/observer_shards.hpp"

#include <algorithm>

#include "queue/shards/each_shard.hpp"

namespace platen::queue {

namespace {

void add(QueueTotals& sum, const QueueTotals& more) {
  sum.submitted += more.submitted;
  sum.succeeded += more.succeeded;
  sum.failed += more.failed;
  sum.canceled += more.canceled;
  sum.expired += more.expired;
  sum.retrying += more.retrying;
  sum.redriven += more.redriven;
}

/// A worker stands in each shard's list: its last word counts.
void add_workers(std::vector<WorkerReport>& all, std::vector<WorkerReport> more) {
  for (WorkerReport& report : more) {
    const auto place = std::lower_bound(all.begin(), all.end(), report,
                                        [](const auto& left, const auto& right) { return left.name < right.name; });
    if (place == all.end() || place->name != report.name)
      all.insert(place, std::move(report));
    else if (place->seen_at < report.seen_at)
      *place = std::move(report);
  }
}

void add(QueueState& sum, QueueState more) {
  for (std::size_t i = 0; i < sum.ready.size(); ++i) {
    sum.ready.at(i).jobs += more.ready.at(i).jobs;
    sum.ready.at(i).oldest = std::max(sum.ready.at(i).oldest, more.ready.at(i).oldest);
  }
  sum.delayed += more.delayed;
  sum.running += more.running;
  sum.ended += more.ended;
  sum.dead_letters += more.dead_letters;
  sum.waiting += more.waiting;
  sum.stored_bytes += more.stored_bytes;
  sum.undelivered += more.undelivered;
  sum.tenant.waiting += more.tenant.waiting;
  sum.tenant.stored_bytes += more.tenant.stored_bytes;
  sum.tenant.waiting_limit = more.tenant.waiting_limit;  // of all shards together, as each tells
  sum.tenant.stored_limit_bytes = more.tenant.stored_limit_bytes;
  add(sum.totals, more.totals);
  add_workers(sum.workers, std::move(more.workers));
}

}  // namespace

Result<QueueState> ObserverShards::observe(const Tenant& tenant) {
  QueueState sum;
  for (const ShardPorts& shard : shards_) {
    auto state = shard.observer->observe(tenant);
    if (!state) return state;
    add(sum, *std::move(state));
  }
  return sum;
}

Result<void> WorkerRegistryShards::report(const WorkerReport& report) {
  struct Told {};
  return each_that_answers(
      shards_, [&](WorkerRegistry* shard) { return shard->report(report).map([] { return Told(); }); }, [](Told) {});
}

void WorkerRegistryShards::retire(const std::string& name) {
  for (WorkerRegistry* const shard : shards_) shard->retire(name);
}

}  // namespace platen::queue
