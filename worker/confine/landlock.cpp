#include "worker/confine/landlock.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "base/fd.hpp"

namespace platen::worker {

namespace {

/// As the newest kernels have it. An older one takes the longer structure too, if what it does not know is 0.
struct Ruleset {
  std::uint64_t files;
  std::uint64_t network;
  std::uint64_t scopes;
};

// What Debian 12's header does not name yet.
constexpr std::uint64_t truncating = std::uint64_t{1} << 14;       // from version 3 on
constexpr std::uint64_t device_controls = std::uint64_t{1} << 15;  // 5
constexpr std::uint64_t bind_and_connect_tcp = 0b11;               // 4
constexpr std::uint64_t abstract_sockets_and_signals = 0b11;       // 6

constexpr std::uint64_t reading_files = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t reading_folders = reading_files | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t all_of_the_first_version = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

Ruleset all_of(int version) {
  Ruleset all{all_of_the_first_version, 0, 0};
  if (version >= 2) all.files |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) all.files |= truncating;
  if (version >= 4) all.network = bind_and_connect_tcp;
  if (version >= 5) all.files |= device_controls;
  if (version >= 6) all.scopes = abstract_sockets_and_signals;
  return all;
}

tl::unexpected<Error> failed() { return fail(Errc::internal, "Landlock: " + errno_text(errno)); }

}  // namespace

int landlock_version() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return static_cast<int>(std::max(0L, version));
}

Result<void> restrict_files(const std::vector<std::string>& readable) {
  const Ruleset all = all_of(landlock_version());
  const Fd rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0)));
  if (!rules) return failed();
  for (const std::string& path : readable) {
    const Fd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat status {};
    if (!place || ::fstat(place.get(), &status) != 0) continue;
    landlock_path_beneath_attr rule{};
    rule.parent_fd = place.get();
    rule.allowed_access = S_ISDIR(status.st_mode) ? reading_folders : reading_files;
    if (::syscall(SYS_landlock_add_rule, rules.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) return failed();
  }
  if (::syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0) return failed();
  return {};
}

}  // namespace platen::worker
