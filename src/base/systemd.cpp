#include "base/systemd.hpp"

#define SD_JOURNAL_SUPPRESS_LOCATION  // this file's place in the source is of no use to readers

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace platen {

void notify_ready(const std::string& status) { sd_notify(0, ("READY=1\nSTATUS=" + status).c_str()); }
void notify_stopping() { sd_notify(0, "STOPPING=1"); }
void notify_alive() { sd_notify(0, "WATCHDOG=1"); }

std::optional<std::chrono::milliseconds> watchdog_period() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(microseconds / 2));
}

std::vector<Fd> inherited_listeners() {
  std::vector<Fd> listeners;
  const int count = sd_listen_fds(1);
  for (int i = 0; i < count; ++i) {
    const int fd = SD_LISTEN_FDS_START + i;
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    listeners.emplace_back(fd);
  }
  return listeners;
}

std::optional<std::string> credential_file(const std::string& name) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr) return std::nullopt;
  std::string path = folder;
  path += '/';
  path += name;
  return ::access(path.c_str(), F_OK) == 0 ? std::optional(std::move(path)) : std::nullopt;
}

bool is_journal(int descriptor) {
  const char* const stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  if (stream == nullptr || ::fstat(descriptor, &status) != 0) return false;
  return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

void send_to_journal(std::span<const std::string> fields) {
  std::vector<iovec> parts;
  parts.reserve(fields.size());
  for (const std::string& field : fields) parts.push_back({const_cast<char*>(field.data()), field.size()});
  (void)::sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));  // there is nobody to tell
}

}  // namespace platen
