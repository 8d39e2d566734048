// platen-worker: claims jobs and has them drawn, until it is told to stop.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <stop_token>
#include <system_error>
#include <thread>

#include "base/flags.hpp"
#include "base/guarded.hpp"
#include "base/log.hpp"
#include "base/process.hpp"
#include "base/systemd.hpp"
#include "queue/shards/identity.hpp"
#include "worker/confine/confine.hpp"
#include "worker/slots/worker.hpp"
#include "worker/slots/worker_settings.hpp"

namespace {

using namespace platen;

/// Tells systemd that this process lives, if it wants to know.
void keep_watchdog_quiet(const std::stop_token& stop) {
  const auto period = watchdog_period();
  if (!period) return;
  Guarded<bool> never{false};
  while (!stop.stop_requested()) {
    notify_alive();
    (void)never.wait(
        stop, [](bool) { return false; }, *period);
  }
}

int refuse(std::string_view why) {
  fmt::print(stderr, "platen-worker: {}\n", why);
  return exit_config;
}

int run(const worker::WorkerSettings& settings, const std::stop_token& stop) {
  if (auto log = start_log("platen-worker", settings.log); !log) return refuse(log.error().detail + ".");
  auto redis = redis::parse_urls(settings.redis);
  if (!redis) return refuse("redis: " + redis.error().detail);
  if (const auto usable = queue::check_shards(*redis); !usable) return refuse(usable.error().detail + ".");
  auto bucket = s3::target_of(settings.s3);
  if (!bucket) return refuse(bucket.error().detail + ".");
  const auto tracer = trace::make_tracer(settings.trace, "platen-worker", PLATEN_VERSION);
  if (!tracer) return refuse(tracer.error().detail + ".");
  worker::WorkerOptions options;
  options.tracer = tracer->get();
  options.redis = std::move(*redis);
  options.data_dir = settings.data_dir;
  options.bucket = *std::move(bucket);
  // A report that is drawn and cannot be stored is worth as long a wait as a lease.
  if (options.bucket) options.bucket->patience = settings.lease;
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  options.slots = settings.slots != 0 ? settings.slots : processors;
  options.threads = settings.threads != 0 ? settings.threads : processors;
  options.queue.lease = settings.lease;
  options.version = PLATEN_VERSION;
  options.renderer.memory_bytes = settings.render_memory_bytes;
  options.renderer.file_bytes = settings.render_file_bytes;
  options.renderer.silence_limit = settings.render_silence;
  options.renderer.program = program_directory() + "/platen-render";
  if (::access(options.renderer.program.c_str(), X_OK) != 0)
    return refuse(fmt::format("there is no program {}.", options.renderer.program));

  worker::Worker worker(options);
  const std::stop_callback say_so(stop, notify_stopping);
  const std::jthread watchdog(keep_watchdog_quiet);
  log_line(spdlog::level::info, "ready",
           {{"redis", redis::without_secrets(options.redis)},
            {"data", options.data_dir},
            {"bucket", options.bucket ? options.bucket->bucket : ""},
            {"slots", std::int64_t{options.slots}},
            {"version", PLATEN_VERSION}});
  spdlog::info("renderers are confined by {}", worker::confinement_here());
  notify_ready(fmt::format("{} slots", options.slots));
  worker.run(stop);
  spdlog::info("stopped");
  return exit_ok;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    worker::WorkerSettings settings;
    CLI::App app("Claims jobs from the queue and has their reports drawn.", "platen-worker");
    if (const auto status = read_command_line(app, settings.settings, argc, argv)) return *status;
    const StopOnSignals signals;
    return run(settings, signals.token());
  } catch (const std::system_error& error) {
    fmt::print(stderr, "platen-worker: {}\n", error.what());
    return exit_unavailable;
  } catch (const std::exception& error) {
    fmt::print(stderr, "platen-worker: a bug: {}\n", error.what());
    return exit_bug;
  }
}
