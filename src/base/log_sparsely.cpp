#include "base/log_sparsely.hpp"

#include <map>
#include <string>
#include <utility>

#include "base/guarded.hpp"

namespace platen {

namespace {

using std::chrono::steady_clock;

// More different lines than a healthy process ever has; past it all are forgotten, and may be written again.
constexpr std::size_t most_remembered = 64;

/// Whether the line was not written lately; from then on it was.
bool is_due(std::string line) {
  static Guarded<std::map<std::string, steady_clock::time_point>> written;  // the logger's memory, as global as it
  const auto now = steady_clock::now();
  const auto lines = written.lock();
  const auto found = lines->find(line);
  if (found != lines->end() && now - found->second < same_line_every) return false;
  if (lines->size() >= most_remembered) lines->clear();
  (*lines)[std::move(line)] = now;
  return true;
}

}  // namespace

void log_sparsely(spdlog::level::level_enum level, std::string_view message, std::string_view reason) {
  std::string line(message);
  line.append("\n").append(reason);
  if (is_due(std::move(line))) log_line(level, message, {{"reason", reason}});
}

}  // namespace platen
