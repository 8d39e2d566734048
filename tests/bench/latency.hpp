// What the benches of the door measure with.
#pragma once

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/raw_http.hpp"

namespace platen::bench {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// Times a request over a connection of its own, from the connect to the whole answer.
inline Milliseconds fresh_request(std::uint16_t port, const std::string& request) {
  const auto begun = std::chrono::steady_clock::now();
  test::RawHttp client(port);
  client.send(request);
  (void)client.answer();
  return std::chrono::steady_clock::now() - begun;
}

inline std::string percentiles(std::vector<Milliseconds> times) {
  if (times.empty()) return "no answers";
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[std::min(times.size() - 1, static_cast<std::size_t>(share * static_cast<double>(times.size())))]
        .count();
  };
  return fmt::format("p50 {:.2f} ms, p99 {:.2f} ms, worst {:.2f} ms of {}", at(0.5), at(0.99), times.back().count(),
                     times.size());
}

/// As many descriptors as this process may have at most.
inline void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// What a process has in memory now.
inline double resident_mb(pid_t pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  double size = 0;
  double resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

/// User and kernel time of this process so far.
inline double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace platen::bench
