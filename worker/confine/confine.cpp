#include "worker/confine/confine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>

#include "base/fd.hpp"
#include "worker/confine/landlock.hpp"
#include "worker/confine/system_calls.hpp"

namespace platen::worker {

namespace {

constexpr rlim_t most_descriptors = 256;  // an order's files, twice over, and fonts

#ifdef PLATEN_SANITIZED
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

Result<void> limit(__rlimit_resource resource, rlim_t most) {
  rlimit now{};
  ::getrlimit(resource, &now);
  const rlimit wanted{std::min(most, now.rlim_max), std::min(most, now.rlim_max)};
  if (::setrlimit(resource, &wanted) == 0) return {};
  return fail(Errc::internal, "setrlimit: " + errno_text(errno));
}

/// Where memory ends, the kernel shall end this process, not one that others depend on.
void be_expendable() {
  const Fd score(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (score) (void)write_all(score, "500");
}

}  // namespace

void close_descriptors_from(int first) { (void)::close_range(static_cast<unsigned>(first), UINT_MAX, 0); }

Result<void> confine(const Confinement& confinement) {
  ::signal(SIGXFSZ, SIG_IGN);  // a file that grows too large is an error of writing
  be_expendable();
  for (const auto& [resource, most] : {std::pair{RLIMIT_CORE, rlim_t{0}},
                                       {RLIMIT_DATA, rlim_t{confinement.memory_bytes}},
                                       {RLIMIT_FSIZE, rlim_t{confinement.file_bytes}},
                                       {RLIMIT_NOFILE, most_descriptors}})
    if (auto limited = limit(resource, most); !limited) return limited;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail(Errc::internal, "no_new_privs: " + errno_text(errno));
  if (is_sanitized) return {};
  if (landlock_version() > 0)
    if (auto locked = restrict_files(confinement.readable); !locked) return locked;
  return has_system_call_filters() ? filter_system_calls() : Result<void>();
}

std::string confinement_here() {
  if (is_sanitized) return "limits; no system call filter, no Landlock: this was built with a sanitizer";
  const int landlock = landlock_version();
  return fmt::format("limits, {}, {}", has_system_call_filters() ? "system call filter" : "no system call filter",
                     landlock > 0 ? fmt::format("Landlock {}", landlock) : "no Landlock");
}

}  // namespace platen::worker
