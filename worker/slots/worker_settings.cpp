#include "worker/slots/worker_settings.hpp"

#include <limits>

namespace platen::worker {

namespace {

constexpr std::uint64_t any_number = std::numeric_limits<std::int64_t>::max();  // as TOML has them

}  // namespace

WorkerSettings::WorkerSettings() {
  settings.add({.name = "redis",
                .help = "Redis: redis://[user:password@]host:port/db, rediss:// (TLS), redis+sentinel:// or "
                        "unix:///path. Several, with "
                        "spaces or commas between, share the jobs; their order must stay.",
                .secret = Secret::url_password},
               redis);
  settings.add({.name = "data-dir", .help = "The folder of uploads and finished reports, shared by all processes."},
               data_dir);
  s3::define(settings, s3);
  define(settings, log);
  trace::define(settings, trace);
  settings.add({.name = "slots",
                .help = "How many reports are drawn at once; 0 is one for each processor.",
                .least = 0,
                .most = 256},
               slots);
  settings.add({.name = "threads",
                .help = "How many threads draw, shared by the reports under way; 0 is one for each processor.",
                .least = 0,
                .most = 256},
               threads);
  settings.add({.name = "lease",
                .help = "How long a job stays with a worker that says nothing, before another may have it.",
                .least = 1'000,
                .most = 3'600'000},
               lease);
  settings.add(
      {.name = "render-silence",
       .help = "How long the drawing of a report may make no progress, before its process is ended as crashed.",
       .least = 1'000,
       .most = 86'400'000},
      render_silence);
  settings.add({.name = "render-memory-bytes",
                .help = "The memory that the drawing of one report may use; past it the report fails.",
                .least = 256 << 20,
                .most = any_number},
               render_memory_bytes);
  settings.add({.name = "render-file-bytes",
                .help = "The largest PDF, or file for sorting, that the drawing of one report may write.",
                .least = 1 << 20,
                .most = any_number},
               render_file_bytes);
}

}  // namespace platen::worker
