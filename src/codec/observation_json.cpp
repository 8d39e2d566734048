#include "codec/observation_json.hpp"

#include "base/clock.hpp"
#include "codec/json.hpp"

namespace platen::codec {

namespace {

OrderedJson totals_of(const WorkerTotals& totals) {
  return {{"succeeded", totals.succeeded},
          {"failed", totals.failed},
          {"canceled", totals.canceled},
          {"crashed", totals.crashed},
          {"lost", totals.lost},
          {"rows", totals.rows},
          {"pages", totals.pages},
          {"rendering_ms", totals.rendering.count()},
          {"storing_ms", totals.storing.count()}};
}

WorkerTotals totals_in(const OrderedJson& json) {
  return {.succeeded = count_in(json, "succeeded"),
          .failed = count_in(json, "failed"),
          .canceled = count_in(json, "canceled"),
          .crashed = count_in(json, "crashed"),
          .lost = count_in(json, "lost"),
          .rows = count_in(json, "rows"),
          .pages = count_in(json, "pages"),
          .rendering = std::chrono::milliseconds(count_in(json, "rendering_ms")),
          .storing = std::chrono::milliseconds(count_in(json, "storing_ms"))};
}

OrderedJson worker_json(const WorkerReport& report) {
  OrderedJson jobs = OrderedJson::array();
  for (const RunningJob& job : report.jobs) jobs.push_back({{"job", job.id.text}, {"since", rfc3339(job.since)}});
  return {{"version", report.version},
          {"slots", report.slots},
          {"started_at", rfc3339(report.started_at)},
          {"jobs", std::move(jobs)},
          {"totals", totals_of(report.totals)}};
}

OrderedJson use_json(const TenantUse& use) {
  const auto limit = [](std::uint64_t most) { return most == 0 ? OrderedJson() : OrderedJson(most); };
  return {{"waiting", use.waiting},
          {"waiting_limit", limit(use.waiting_limit)},
          {"stored_bytes", use.stored_bytes},
          {"stored_limit_bytes", limit(use.stored_limit_bytes)}};
}

double seconds(std::chrono::milliseconds duration) { return static_cast<double>(duration.count()) / 1000; }

}  // namespace

std::string encode_worker_report(const WorkerReport& report) { return dump(worker_json(report)); }

Result<WorkerReport> decode_worker_report(std::string_view json) {
  const auto object = parse_own(json);
  if (!object) return fail(object.error());
  WorkerReport report;
  report.version = text_in(*object, "version");
  report.slots = static_cast<std::uint32_t>(count_in(*object, "slots"));
  report.started_at = parse_rfc3339(text_in(*object, "started_at")).value_or(TimePoint());
  if (const auto jobs = object->find("jobs"); jobs != object->end() && jobs->is_array()) {
    for (const OrderedJson& job : *jobs) {
      const auto id = parse_job_id(text_in(job, "job"));
      if (id) report.jobs.push_back({*id, parse_rfc3339(text_in(job, "since")).value_or(TimePoint())});
    }
  }
  if (const auto totals = object->find("totals"); totals != object->end()) report.totals = totals_in(*totals);
  return report;
}

std::string encode_queue_state(const QueueState& state) {
  OrderedJson ready = OrderedJson::object();
  for (const Priority priority : {Priority::high, Priority::normal, Priority::low}) {
    const Backlog& backlog = state.backlog(priority);
    ready[std::string(name_of(priority))] = {{"jobs", backlog.jobs}, {"oldest_seconds", seconds(backlog.oldest)}};
  }
  OrderedJson workers = OrderedJson::array();
  for (const WorkerReport& report : state.workers) {
    OrderedJson worker{{"name", report.name}, {"seen_at", rfc3339(report.seen_at)}};
    worker.update(worker_json(report));
    workers.push_back(std::move(worker));
  }
  const QueueTotals& totals = state.totals;
  return dump(OrderedJson{{"ready", std::move(ready)},
                          {"delayed", state.delayed},
                          {"running", state.running},
                          {"waiting", state.waiting},
                          {"ended", state.ended},
                          {"dead_letters", state.dead_letters},
                          {"stored_bytes", state.stored_bytes},
                          {"tenant", use_json(state.tenant)},
                          {"totals",
                           {{"submitted", totals.submitted},
                            {"succeeded", totals.succeeded},
                            {"failed", totals.failed},
                            {"canceled", totals.canceled},
                            {"expired", totals.expired},
                            {"retrying", totals.retrying},
                            {"redriven", totals.redriven}}},
                          {"workers", std::move(workers)}});
}

}  // namespace platen::codec
