#include "app/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace platen::app {

namespace {

constexpr rlim_t enough_descriptors = 65'536;  // LimitNOFILE of platend.service
constexpr std::size_t enough_streams = 18'000;
constexpr std::size_t share_of_requests = 16;  // one of so many

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < enough_descriptors) {
    limit.rlim_cur = std::min(limit.rlim_max, enough_descriptors);
    // When the kernel refuses, what there was is what there is.
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) (void)::getrlimit(RLIMIT_NOFILE, &limit);
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

std::size_t most_streams(std::size_t descriptors, std::size_t spare) {
  const std::size_t usable = descriptors - std::min(descriptors, spare);
  return std::min(enough_streams, usable - usable / share_of_requests);
}

}  // namespace platen::app
