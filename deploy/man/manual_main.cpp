// Writes platend(8), platen-worker(8) and platen.toml(5) out of the programs' settings, into a folder.
// Part of the build; not installed. Usage: platen-manual FOLDER.
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "app/options.hpp"
#include "base/command_description.hpp"
#include "base/fd.hpp"
#include "base/flags.hpp"
#include "base/man_page.hpp"
#include "worker/slots/worker_settings.hpp"

namespace {

using namespace platen;

constexpr unsigned public_mode = 0644;
constexpr const char* exit_status =
    "0: told to stop. 69: a port, a folder or Redis cannot be had now; systemd starts it again. 70: a bug. 78: a "
    "setting is "
    "wrong; it names it, and is not started again.";

std::string page(const std::string& name, const std::string& help, const Settings& settings, const std::string& others,
                 const char* try_bucket_help = nullptr) {
  CLI::App app(help, name);
  bool tries_bucket = false;
  if (try_bucket_help != nullptr) app.add_flag("--try-bucket", tries_bucket, try_bucket_help);
  const DaemonCommandLine command_line(app, settings);
  return man_page(describe(app),
                  {.section = "8", .version = PLATEN_VERSION, .see_also = others, .exit_status = exit_status});
}

bool write(const std::string& path, const std::string& text) {
  const auto written = write_file(path, text, public_mode);
  if (!written) fmt::print(stderr, "platen-manual: {}: {}\n", path, written.error().detail);
  return written.has_value();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: platen-manual FOLDER\n");
    return exit_config;
  }
  const std::string folder = std::string(argv[1]) + "/";
  app::Options options;
  Settings front("platend");
  app::define(front, options);
  const worker::WorkerSettings worker;
  const bool all =
      write(folder + "platend.8",
            page("platend", "Takes reports over HTTP, streams their progress, hands out the PDFs.", front,
                 "platen-worker(8), platen.toml(5), platen(1)", app::try_bucket_help)) &&
      write(folder + "platen-worker.8", page("platen-worker", "Claims jobs from the queue and has their reports drawn.",
                                             worker.settings, "platend(8), platen.toml(5), platen(1)")) &&
      write(folder + "platen.toml.5", settings_man_page({&front, &worker.settings}, PLATEN_VERSION));
  return all ? exit_ok : exit_unavailable;
}
