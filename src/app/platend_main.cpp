// platend: the front end, until it is told to stop.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <system_error>

#include "app/front_end.hpp"
#include "base/flags.hpp"
#include "base/log.hpp"
#include "base/process.hpp"
#include "store/s3/probe.hpp"

namespace {

using namespace platen;

int refuse(const Error& error) {
  fmt::print(stderr, "platend: {}\n", error.detail);
  return error.code == Errc::invalid_request ? exit_config : exit_unavailable;
}

/// For `platen doctor`.
int try_bucket(const app::Options& options) {
  const auto target = s3::target_of(options.s3);
  if (!target) {
    fmt::print("{}",
               s3::lines_of({{"bucket settings", s3::Finding::State::fault, target.error().detail,
                              "mend that setting or file; what systemd alone gives to platend, give to this too"}}));
  } else if (*target) {
    fmt::print("{}", s3::lines_of(s3::probe(**target)));
  }
  return exit_ok;
}

int run(const app::Options& options, const std::stop_token& stop) {
  if (const auto fits = app::check(options); !fits) return refuse(fits.error());
  if (const auto log = start_log("platend", options.log); !log) return refuse(log.error());
  auto prepared = app::prepare(options, PLATEN_VERSION);
  if (!prepared) return refuse(prepared.error());
  log_line(spdlog::level::info, "ready",
           {{"listen", prepared->address},
            {"redis", app::shown(prepared->shards)},
            {"data", options.data_dir},
            {"version", PLATEN_VERSION}});
  app::FrontEnd front_end(options, std::move(*prepared), PLATEN_VERSION);
  front_end.run(stop);
  spdlog::info("stopped");
  return exit_ok;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    app::Options options;
    Settings settings("platend");
    app::define(settings, options);
    CLI::App command_line("Takes reports over HTTP, streams their progress, hands out the PDFs.", "platend");
    bool tries_bucket = false;
    command_line.add_flag("--try-bucket", tries_bucket, app::try_bucket_help);
    if (const auto status = read_command_line(command_line, settings, argc, argv)) return *status;
    if (tries_bucket) return try_bucket(options);
    const StopOnSignals signals;
    return run(options, signals.token());
  } catch (const std::system_error& error) {
    fmt::print(stderr, "platend: {}\n", error.what());
    return exit_unavailable;
  } catch (const std::exception& error) {
    fmt::print(stderr, "platend: a bug: {}\n", error.what());
    return exit_bug;
  }
}
