#include "http/auth/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::string_view ticket_kind = "platen-ticket-1";
constexpr std::string_view session_kind = "platen-session-1";

/// `subject.expiry.key.signature`
struct Parts {
  std::string_view subject, expiry, key, signature;
};

std::optional<Parts> parts_of(std::string_view token) {
  std::array<std::string_view, 4> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t dot = token.find('.');
    if ((dot == std::string_view::npos) != (i + 1 == parts.size())) return std::nullopt;
    parts.at(i) = token.substr(0, dot);
    token.remove_prefix(std::min(parts.at(i).size() + 1, token.size()));
  }
  return Parts{parts[0], parts[1], parts[2], parts[3]};
}

/// No part can hold a line feed, so no two sets of parts make one text.
std::string signature_of(const LinkKey& key, std::string_view kind, std::string_view object, std::string_view subject,
                         std::string_view expiry) {
  return base64url(hmac_sha256(key.secret, fmt::format("{}\n{}\n{}\n{}\n{}", kind, key.id, object, subject, expiry)));
}

}  // namespace

TokenSigner::TokenSigner(std::vector<LinkKey> keys, const Clock& clock, TokenLifetimes lifetimes)
    : keys_(std::move(keys)), clock_(clock), lifetimes_(lifetimes) {
  if (keys_.empty()) throw std::invalid_argument("a token signer needs a key");
}

Token TokenSigner::make(const Purpose& purpose, const std::string& subject, std::chrono::seconds lifetime) const {
  const LinkKey& key = keys_.front();
  const auto expires_at = std::chrono::floor<std::chrono::seconds>(clock_.now() + lifetime);
  const std::string expiry = std::to_string(expires_at.time_since_epoch().count());
  return {fmt::format("{}.{}.{}.{}", subject, expiry, key.id,
                      signature_of(key, purpose.kind, purpose.object, subject, expiry)),
          expires_at};
}

std::optional<std::string_view> TokenSigner::check(const Purpose& purpose, std::string_view token) const {
  const auto parts = parts_of(token);
  if (!parts) return std::nullopt;
  const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const LinkKey& each) { return each.id == parts->key; });
  if (key == keys_.end()) return std::nullopt;
  const std::string signature = signature_of(*key, purpose.kind, purpose.object, parts->subject, parts->expiry);
  if (!equal_in_constant_time(signature, parts->signature)) return std::nullopt;
  const auto end = end_of(token);
  if (!end || *end <= clock_.now()) return std::nullopt;
  return parts->subject;
}

std::optional<TimePoint> TokenSigner::end_of(std::string_view token) {
  constexpr std::uint64_t furthest = 100'000'000'000;  // seconds: far beyond any of ours, far below an overflow
  const auto parts = parts_of(token);
  const auto seconds = parts ? parse_number(parts->expiry) : std::nullopt;
  if (!seconds || *seconds > furthest) return std::nullopt;
  return TimePoint(std::chrono::seconds(*seconds));
}

Token TokenSigner::ticket(const Tenant& tenant, const JobId& job) const {
  return make({ticket_kind, job.text}, tenant.text, lifetimes_.ticket);
}

std::optional<Tenant> TokenSigner::check_ticket(std::string_view ticket, const JobId& job) const {
  const auto subject = check({ticket_kind, job.text}, ticket);
  return subject ? parse_tenant(*subject) : std::nullopt;
}

Token TokenSigner::session(const KeyId& key) const { return make({session_kind, {}}, key.text, lifetimes_.session); }

std::optional<KeyId> TokenSigner::check_session(std::string_view session) const {
  const auto subject = check({session_kind, {}}, session);
  return subject ? parse_key_id(*subject) : std::nullopt;
}

std::string_view session_in(const httplib::Headers& fields) {
  const auto [first, last] = fields.equal_range("Cookie");
  for (auto field = first; field != last; ++field) {
    for (std::string_view rest = field->second; !rest.empty();) {
      const std::string_view pair = trim(rest.substr(0, rest.find(';')));
      rest.remove_prefix(std::min(rest.find(';'), rest.size() - 1) + 1);
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == session_cookie) return pair.substr(equals + 1);
    }
  }
  return {};
}

}  // namespace platen::http
