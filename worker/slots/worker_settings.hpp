// The settings of platen-worker.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/log.hpp"
#include "base/settings.hpp"
#include "store/s3/settings.hpp"
#include "trace/settings.hpp"

namespace platen::worker {

/// Owns: the values, which `settings` refers to; so it stays where it was made.
struct WorkerSettings {
  std::string redis = "redis://127.0.0.1:6379/0";
  std::string data_dir = "/var/lib/platen";
  s3::Options s3;
  LogOptions log;
  trace::Options trace;
  std::uint32_t slots = 0;
  std::uint32_t threads = 0;
  std::chrono::milliseconds lease{15'000};
  std::chrono::milliseconds render_silence{120'000};
  std::uint64_t render_memory_bytes = std::uint64_t{2} << 30;
  std::uint64_t render_file_bytes = std::uint64_t{64} << 30;
  Settings settings{"worker"};

  WorkerSettings();
  WorkerSettings(const WorkerSettings&) = delete;
  WorkerSettings& operator=(const WorkerSettings&) = delete;
};

}  // namespace platen::worker
