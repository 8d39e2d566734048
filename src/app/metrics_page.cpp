#include "app/metrics_page.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/machine.hpp"
#include "metrics/exposition.hpp"

namespace platen::app {

namespace {

using metrics::Exposition;

double seconds(std::chrono::milliseconds duration) { return static_cast<double>(duration.count()) / 1000; }
double number(std::uint64_t count) { return static_cast<double>(count); }

void tell_of_process(Exposition& page, const MetricsSources& sources) {
  page.gauge("platen_build_info", "Always 1; the version is its label.", 1, {{"version", sources.version}});
  const ProcessUsage usage = process_usage();
  page.counter("process_cpu_seconds_total", "Processor time of this process.", usage.cpu_seconds);
  page.gauge("process_resident_memory_bytes", "Memory of this process.", number(usage.resident_bytes));
  page.gauge("process_open_fds", "Descriptors that this process has open.", number(usage.open_descriptors));
  page.gauge("process_max_fds", "Descriptors that it may have open.", number(usage.most_descriptors));
  page.gauge("process_start_time_seconds", "When this process began, in seconds since 1970.",
             seconds(sources.started_at.time_since_epoch()));
  const auto disk = disk_space(sources.data_dir);
  if (!disk) return;
  page.gauge("platen_disk_free_bytes", "Of the file system with uploads and results, for Platen to use.",
             number(disk->free_bytes));
  page.gauge("platen_disk_size_bytes", "Of the file system with uploads and results.", number(disk->size_bytes));
}

void tell_of_observation(Exposition& page, const std::optional<trace::ExportStats>& traces) {
  page.counter("platen_log_dropped_total", "Lines of the log that could not be written as fast as they came.",
               number(log_lines_dropped()));
  if (!traces) return;
  page.counter("platen_trace_spans_sent_total", "Spans that the collector took.", number(traces->sent));
  constexpr std::string_view dropped = "platen_trace_spans_dropped_total";
  constexpr std::string_view why = "Spans dropped: too many waited, or no collector took them.";
  page.counter(dropped, why, number(traces->dropped_full), {{"reason", "full"}});
  page.counter(dropped, why, number(traces->dropped_failed), {{"reason", "failed"}});
}

void tell_of_door(Exposition& page, const http::DoorStats& door) {
  page.gauge("platen_http_connections", "Connections open now, streams not counted.", number(door.connections));
  page.gauge("platen_http_waits", "Of these, long polls.", number(door.waits));
  page.counter("platen_http_connections_accepted_total", "Connections accepted.", number(door.accepted));
  constexpr std::string_view refused = "platen_http_refused_total";
  constexpr std::string_view why = "Refused for want of a place for the connection, or for the request in the queue.";
  page.counter(refused, why, number(door.refused_full), {{"reason", "connections"}});
  page.counter(refused, why, number(door.refused_busy), {{"reason", "requests"}});
}

void tell_of_relay(Exposition& page, const LoopState& loop) {
  const relay::Stats& relay = loop.relay;
  page.gauge("platen_streams", "Event streams open now.", number(relay.streams));
  page.gauge("platen_stream_jobs", "Jobs that they watch.", number(relay.jobs));
  page.gauge("platen_events_up", "1 while live events reach this process.", loop.has_live_events ? 1 : 0);
  page.counter("platen_stream_events_total", "Events that came from the queue.", number(relay.events));
  page.counter("platen_stream_deliveries_total", "Events handed to streams.", number(relay.frames));
  page.counter("platen_stream_sends_total", "System calls that carried them.", number(relay.sends));
  page.counter("platen_stream_dropped_progress_total", "Progress that a newer one replaced in a slow stream.",
               number(relay.dropped_progress));
  page.counter("platen_stream_slow_disconnects_total", "Streams cut for being too slow.",
               number(relay.slow_disconnects));
  page.counter("platen_stream_replays_total", "Histories read from the queue.", number(relay.replays));
}

void tell_of_queue(Exposition& page, const QueueState& queue) {
  for (const Priority priority : {Priority::high, Priority::normal, Priority::low}) {
    const metrics::Labels label{{"priority", std::string(name_of(priority))}};
    const Backlog& backlog = queue.backlog(priority);
    page.gauge("platen_queue_depth", "Jobs ready to be started.", number(backlog.jobs), label);
    page.gauge("platen_queue_oldest_seconds", "Age of the job that is next.", seconds(backlog.oldest), label);
  }
  constexpr std::string_view jobs = "platen_jobs";
  constexpr std::string_view jobs_help = "Jobs by where they are; delayed ones include those that are tried again.";
  std::uint64_t ready = 0;
  for (const Backlog& backlog : queue.ready) ready += backlog.jobs;
  page.gauge(jobs, jobs_help, number(ready), {{"state", "ready"}});
  page.gauge(jobs, jobs_help, number(queue.delayed), {{"state", "delayed"}});
  page.gauge(jobs, jobs_help, number(queue.running), {{"state", "running"}});
  page.gauge(jobs, jobs_help, number(queue.ended), {{"state", "ended"}});
  page.gauge("platen_dead_letters", "Failed jobs that nobody has run again or removed.", number(queue.dead_letters));
  page.gauge("platen_jobs_waiting", "Jobs that were never started.", number(queue.waiting));
  page.gauge("platen_stored_bytes", "Of all jobs' uploads and results.", number(queue.stored_bytes));
  const QueueTotals& totals = queue.totals;
  const std::pair<const char*, std::uint64_t> counts[] = {
      {"submitted", totals.submitted}, {"succeeded", totals.succeeded}, {"failed", totals.failed},
      {"canceled", totals.canceled},   {"expired", totals.expired},     {"retrying", totals.retrying},
      {"redriven", totals.redriven}};
  for (const auto& [event, count] : counts)
    page.counter("platen_job_events_total", "What has become of jobs, since Redis was empty.", number(count),
                 {{"event", event}});
}

/// Summed over those that live: a worker that goes takes its share with it, which Prometheus takes for a restart.
void tell_of_workers(Exposition& page, const QueueState& queue) {
  WorkerTotals all;
  std::uint64_t slots = 0;
  std::uint64_t busy = 0;
  for (const WorkerReport& worker : queue.workers) {
    slots += worker.slots;
    busy += worker.jobs.size();
    all.succeeded += worker.totals.succeeded;
    all.failed += worker.totals.failed;
    all.canceled += worker.totals.canceled;
    all.crashed += worker.totals.crashed;
    all.lost += worker.totals.lost;
    all.rows += worker.totals.rows;
    all.pages += worker.totals.pages;
    all.rendering += worker.totals.rendering;
    all.storing += worker.totals.storing;
  }
  page.gauge("platen_workers", "Workers that live.", number(queue.workers.size()));
  page.gauge("platen_worker_slots", "Jobs that they can run at once.", number(slots));
  page.gauge("platen_worker_slots_busy", "Jobs that they run.", number(busy));
  const std::pair<const char*, std::uint64_t> attempts[] = {{"succeeded", all.succeeded},
                                                            {"failed", all.failed},
                                                            {"canceled", all.canceled},
                                                            {"crashed", all.crashed},
                                                            {"lost", all.lost}};
  for (const auto& [outcome, count] : attempts)
    page.counter("platen_attempts_total", "Attempts by how they ended, of the workers that live.", number(count),
                 {{"outcome", outcome}});
  page.counter("platen_rendered_rows_total", "Rows drawn by the workers that live.", number(all.rows));
  page.counter("platen_rendered_pages_total", "Pages drawn by the workers that live.", number(all.pages));
  constexpr std::string_view stage = "platen_stage_seconds_total";
  constexpr std::string_view stage_help = "Time of the workers that live: in the renderer, and storing its files.";
  page.counter(stage, stage_help, seconds(all.rendering), {{"stage", "render"}});
  page.counter(stage, stage_help, seconds(all.storing), {{"stage", "store"}});
}

}  // namespace

std::string metrics_page(const MetricsSources& sources) {
  Exposition page;
  tell_of_process(page, sources);
  tell_of_observation(page, sources.traces);
  const LoopState loop = *sources.loop.lock();
  tell_of_door(page, loop.door);
  tell_of_relay(page, loop);
  page.add(sources.requests);
  const auto queue = sources.queue.observe(default_tenant());
  page.gauge("platen_queue_up", "1 while Redis answers.", queue ? 1 : 0);
  if (queue) {
    tell_of_queue(page, *queue);
    tell_of_workers(page, *queue);
  }
  return page.text();
}

}  // namespace platen::app
