#include "cli/exit.hpp"

namespace platen::cli {

Exit exit_of(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_request:
    case Errc::invalid_report:
    case Errc::bad_data:
    case Errc::not_found:
    case Errc::too_large:
    case Errc::unsupported_media: return Exit::usage;
    case Errc::conflict:
    case Errc::idempotency_conflict:
    case Errc::gone:
    case Errc::unauthorized:
    case Errc::forbidden:
    case Errc::method_not_allowed: return Exit::not_allowed;
    case Errc::canceled: return Exit::detached;
    default: return Exit::unreachable;
  }
}

Exit worse(Exit left, Exit right) noexcept {
  const auto rank = [](Exit exit) {
    return exit == Exit::canceled     ? 1
           : exit == Exit::job_failed ? 2
           : exit == Exit::ok         ? 0
                                      : static_cast<int>(exit) + 2;
  };
  return rank(left) >= rank(right) ? left : right;
}

Exit exit_of(JobState state) noexcept {
  if (state == JobState::canceled) return Exit::canceled;
  const bool is_bad = state == JobState::failed || state == JobState::expired;
  return is_bad ? Exit::job_failed : Exit::ok;
}

}  // namespace platen::cli
