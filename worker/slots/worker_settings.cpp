#include "worker/slots/worker_settings.hpp"

namespace platen::worker {

WorkerSettings::WorkerSettings() {
  settings.add({.name = "redis",
                .help = "Where Redis is: redis://[[user]:password@]host[:port][/db] or unix:///path.",
                .secret = Secret::url_password},
               redis);
  settings.add({.name = "data-dir", .help = "The folder of uploads and finished reports, shared by all processes."},
               data_dir);
  settings.add({.name = "log-level", .help = "How much is logged: trace, debug, info, warn, error or off."}, log_level);
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
}

}  // namespace platen::worker
