// What stands for a key where a key cannot be sent: sessions of browsers, and tickets to one job's stream.
//
// Both are signed by the keys of links and kept nowhere, so that every front end checks them without asking. Neither
// can be taken back by itself: a session ends with the API key that made it, a ticket soon.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/library.hpp"
#include "http/links.hpp"
#include "platen/access.hpp"
#include "platen/time.hpp"

namespace platen::http {

struct TokenLifetimes {
  std::chrono::seconds ticket = std::chrono::minutes(10);
  std::chrono::seconds session = std::chrono::hours(12);
};

/// A token and when it lapses.
struct Token {
  std::string text;
  TimePoint expires_at;
};

/// Makes and checks them: `<subject>.<expiry>.<key id>.<signature>`, the signature over the token's kind and all that
/// it stands for, compared in constant time. The first key signs, each of them checks.
/// Immutable. Borrows the clock. Threads: any.
class TokenSigner {
 public:
  /// Throws std::invalid_argument where `keys` is empty.
  TokenSigner(std::vector<LinkKey> keys, const Clock& clock, TokenLifetimes lifetimes = {});

  /// Lets its bearer read the events of one job.
  [[nodiscard]] Token ticket(const Tenant& tenant, const JobId& job) const;
  /// The tenant that it was made for; nullopt where it is of another job, altered, or has lapsed.
  [[nodiscard]] std::optional<Tenant> check_ticket(std::string_view ticket, const JobId& job) const;

  /// Stands for an API key.
  [[nodiscard]] Token session(const KeyId& key) const;
  [[nodiscard]] std::optional<KeyId> check_session(std::string_view session) const;
  /// When a session that is sound lapses.
  [[nodiscard]] static std::optional<TimePoint> end_of(std::string_view token);
  [[nodiscard]] std::chrono::seconds session_lifetime() const noexcept { return lifetimes_.session; }

 private:
  /// What a token is, so that none passes for another.
  struct Purpose {
    std::string_view kind;
    std::string_view object;  ///< the job of a ticket
  };
  [[nodiscard]] Token make(const Purpose& purpose, const std::string& subject, std::chrono::seconds lifetime) const;
  [[nodiscard]] std::optional<std::string_view> check(const Purpose& purpose, std::string_view token) const;

  std::vector<LinkKey> keys_;
  const Clock& clock_;
  TokenLifetimes lifetimes_;
};

/// The cookie of a session. Its name's prefix has browsers take it only with Secure, for this host and every path.
inline constexpr std::string_view session_cookie = "__Host-platen";
/// The value of that cookie among a request's; empty where there is none.
[[nodiscard]] std::string_view session_in(const httplib::Headers& fields);

}  // namespace platen::http
