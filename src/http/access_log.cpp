#include "http/access_log.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace platen::http {

namespace {

std::uint64_t bytes_of(const Outcome& outcome) {
  if (const auto* bytes = std::get_if<Bytes>(&outcome)) return bytes->text.size();
  if (const auto* part = std::get_if<FilePart>(&outcome)) return part->head.size() + part->range.length;
  return 0;
}

/// Whose request it was, as far as there are keys.
std::string name_of(const Visitor& visitor) {
  if (visitor.proof == Proof::open || !visitor.caller) return {};
  const Caller& caller = *visitor.caller;
  return fmt::format(" tenant={}{}{}", caller.tenant.text, caller.key.text.empty() ? "" : " key=", caller.key.text);
}

}  // namespace

void log_request(const Exchange& exchange) {
  const bool is_open =
      std::holds_alternative<Waiting>(exchange.outcome) || std::holds_alternative<Postponed>(exchange.outcome);
  if (is_open) return;  // not answered yet
  const bool is_probe = exchange.path == "/livez" || exchange.path == "/readyz";
  const auto level = is_probe ? spdlog::level::debug : spdlog::level::info;
  if (!spdlog::should_log(level)) return;
  const auto took = std::chrono::steady_clock::now() - exchange.begun_at;
  // The target as it came has visible ASCII only; the decoded path may hold what confuses a terminal.
  spdlog::log(level, "request method={} path={} status={} bytes={} ms={:.2f} request_id={}{}", exchange.method,
              std::string_view(exchange.target).substr(0, exchange.target.find('?')), exchange.status,
              bytes_of(exchange.outcome), std::chrono::duration<double, std::milli>(took).count(), exchange.request_id,
              name_of(exchange.visitor));
}

}  // namespace platen::http
