#include "http/routes/waiting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "http/text.hpp"

namespace platen::http {

namespace {

class JobWatching final : public Watching {
 public:
  explicit JobWatching(std::unique_ptr<relay::Wait> wait) : wait_(std::move(wait)) {}

 private:
  std::unique_ptr<relay::Wait> wait_;
};

/// Takes the next preference off the list; a comma within quotes does not end it.
std::string_view next_preference(std::string_view& list) {
  bool is_quoted = false;
  std::size_t end = 0;
  for (; end < list.size() && (is_quoted || list[end] != ','); ++end) {
    if (list[end] == '"') is_quoted = !is_quoted;
    if (list[end] == '\\' && is_quoted) ++end;
  }
  end = std::min(end, list.size());
  const std::string_view preference = trim(list.substr(0, end));
  list.remove_prefix(std::min(end + 1, list.size()));
  return preference;
}

std::optional<std::chrono::seconds> seconds_of(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  const auto longest = static_cast<std::uint64_t>(longest_wait.count());
  return std::chrono::seconds(std::min(parse_number(text).value_or(longest), longest));
}

}  // namespace

std::optional<std::chrono::seconds> parse_wait(std::string_view preferences) {
  while (!preferences.empty()) {
    std::string_view preference = next_preference(preferences);
    preference = preference.substr(0, preference.find(';'));
    const std::size_t equals = preference.find('=');
    if (!same_word(trim(preference.substr(0, equals)), "wait")) continue;
    if (equals == std::string_view::npos) return std::nullopt;
    return seconds_of(trim(preference.substr(equals + 1)));
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> wanted_wait(const Request& request) {
  std::string preferences;
  const auto [first, last] = request.headers.equal_range("Prefer");
  for (auto field = first; field != last; ++field) preferences.append(field == first ? "" : ",").append(field->second);
  return parse_wait(preferences);
}

std::string preference_applied(std::chrono::seconds wait) { return fmt::format("wait={}", wait.count()); }

decltype(Wait::watch) watch_job(const Services& services, const Job& job, relay::News news) {
  return [&hub = services.hub, id = job.id, seq = job.seq, news](std::function<void()> over) {
    return std::make_unique<JobWatching>(hub.wait(id, seq, news, std::move(over)));
  };
}

}  // namespace platen::http
