// Long polls: what a client may wait for, and for how long (RFC 7240). Private to the routes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/routes/handlers.hpp"

namespace platen::http {

/// A gateway in front gives up after 30 s.
inline constexpr std::chrono::seconds longest_wait{25};
inline constexpr std::chrono::seconds no_wait{0};

/// The first `wait` among the preferences, at most `longest_wait`; nullopt where there is none or it is no number of
/// seconds. Pure.
[[nodiscard]] std::optional<std::chrono::seconds> parse_wait(std::string_view preferences);
/// That of the request, of all its `Prefer` fields.
[[nodiscard]] std::optional<std::chrono::seconds> wanted_wait(const Request& request);
/// The value of `Preference-Applied`.
[[nodiscard]] std::string preference_applied(std::chrono::seconds wait);

/// Watches for what happens to the job after the state that is given.
[[nodiscard]] decltype(Wait::watch) watch_job(const Services& services, const Job& job, relay::News news);

}  // namespace platen::http
