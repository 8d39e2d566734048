#include "queue/observation.hpp"

#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "codec/observation_json.hpp"

namespace platen::queue {

namespace {

/// The places in observe.lua's result.
enum Part : std::size_t { ready, delayed = 3, running, ended, waiting, stored, tenant, outbox, counts, workers, parts };

std::string lifetime() { return std::to_string(std::chrono::milliseconds(worker_lifetime).count()); }

std::uint64_t count_of(const redis::Value& value) { return static_cast<std::uint64_t>(value.integer()); }

void count(QueueState& state, std::string_view what, std::uint64_t times) {
  const std::pair<std::string_view, std::uint64_t&> known[] = {
      {"submitted", state.totals.submitted}, {"succeeded", state.totals.succeeded}, {"failed", state.totals.failed},
      {"canceled", state.totals.canceled},   {"expired", state.totals.expired},     {"retrying", state.totals.retrying},
      {"redriven", state.totals.redriven},   {"dead", state.dead_letters}};
  for (const auto& [name, place] : known)
    if (name == what) place = times;
}

}  // namespace

Result<QueueState> RedisQueueObserver::observe(const Tenant& tenant) {
  const auto reply = run(shard_, scripts::observe, {lifetime(), tenant.text});
  if (!reply) return fail(reply.error());
  const redis::Value answer(*reply);
  if (answer.size() != Part::parts) return fail(Errc::internal, "the queue tells of itself in another version's words");
  QueueState state;
  for (std::size_t i = 0; i < state.ready.size(); ++i)
    state.ready.at(i) = {count_of(answer[Part::ready + i][0]),
                         std::chrono::milliseconds(answer[Part::ready + i][1].integer())};
  state.delayed = count_of(answer[Part::delayed]);
  state.running = count_of(answer[Part::running]);
  state.ended = count_of(answer[Part::ended]);
  state.waiting = count_of(answer[Part::waiting]);
  state.stored_bytes = count_of(answer[Part::stored]);
  state.tenant = {.waiting = count_of(answer[Part::tenant][0]),
                  .waiting_limit = limits_.tenant_waiting,
                  .stored_bytes = count_of(answer[Part::tenant][1]),
                  .stored_limit_bytes = limits_.tenant_stored_bytes};
  state.undelivered = count_of(answer[Part::outbox]);
  const redis::Value counts = answer[Part::counts];
  for (std::size_t i = 0; i + 1 < counts.size(); i += 2) count(state, counts[i].text(), count_of(counts[i + 1]));
  const redis::Value workers = answer[Part::workers];
  for (std::size_t i = 0; i + 2 < workers.size(); i += 3) {
    auto report = codec::decode_worker_report(workers[i + 1].text());
    if (!report) continue;  // of another version: what it says cannot be told
    report->name = workers[i].text();
    report->seen_at = from_unix_ms(workers[i + 2].integer());
    state.workers.push_back(*std::move(report));
  }
  return state;
}

Result<void> RedisWorkerRegistry::report(const WorkerReport& report) {
  const auto reply =
      run(shard_, scripts::report_worker, {report.name, codec::encode_worker_report(report), lifetime()});
  if (!reply) return fail(reply.error());
  return {};
}

void RedisWorkerRegistry::retire(const std::string& name) {
  if (const auto reply = run(shard_, scripts::report_worker, {name, "", lifetime()}); !reply)
    spdlog::debug("the worker's report stays until it lapses: {}", reply.error().detail);
}

}  // namespace platen::queue
