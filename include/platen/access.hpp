// Who may do what: tenants and their API keys.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "platen/ids.hpp"
#include "platen/time.hpp"

namespace platen {

/// The part of an API key that is no secret: 12 lower-case hexadecimal digits. It names the key in logs and commands.
using KeyId = Id<struct KeyTag>;

/// nullopt for any text that no Platen ever made.
[[nodiscard]] std::optional<KeyId> parse_key_id(std::string_view text);
/// A tenant's name: 1 to 63 of lower-case letters, digits, '-' and '_', the first a letter or digit; so it is safe in
/// a Redis key, a link and a log.
[[nodiscard]] std::optional<Tenant> parse_tenant(std::string_view text);

/// What a key may be used for, within its tenant.
enum class Scope {
  submit,  ///< uploads, jobs, and to cancel them
  read,    ///< jobs, listings, events and results
  admin,   ///< all of these; and to remove, to run dead letters again, and webhooks
};
[[nodiscard]] std::string_view name_of(Scope scope) noexcept;
[[nodiscard]] std::optional<Scope> scope_from(std::string_view name) noexcept;

/// A set of scopes. A value.
class Scopes {
 public:
  constexpr Scopes() noexcept = default;
  [[nodiscard]] static constexpr Scopes all() noexcept { return Scopes().with(Scope::admin); }
  [[nodiscard]] constexpr Scopes with(Scope scope) const noexcept {
    Scopes more = *this;
    more.bits_ |= bit(scope);
    return more;
  }
  /// Whether it was put in, or `admin` was, which holds all.
  [[nodiscard]] constexpr bool has(Scope scope) const noexcept {
    return (bits_ & (bit(scope) | bit(Scope::admin))) != 0;
  }
  /// As they were put in, in the order of the enumeration.
  [[nodiscard]] std::vector<Scope> listed() const;
  friend constexpr bool operator==(const Scopes&, const Scopes&) noexcept = default;

 private:
  [[nodiscard]] static constexpr unsigned bit(Scope scope) noexcept { return 1U << static_cast<unsigned>(scope); }
  unsigned bits_ = 0;
};

/// So many in each window, evenly or all at once.
struct RateLimit {
  std::uint32_t quota = 0;  ///< 0: no limit
  std::chrono::seconds window{1};
  [[nodiscard]] bool is_set() const noexcept { return quota > 0; }
  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

/// Whose use of what is counted.
struct Metering {
  KeyId key;
  RateLimit limit;
};

/// What is left of a limit.
struct Allowance {
  RateLimit limit;
  std::uint64_t left = 0;
  std::chrono::seconds full_in{0};  ///< until all of it is there again
};

/// A key as it is kept: whoever reads this cannot use it.
struct ApiKey {
  KeyId id;
  std::string sha256;  ///< of the key's whole text; lower-case hex
  Tenant tenant;
  Scopes scopes;
  std::string name;    ///< what it is for, in its maker's words
  RateLimit submits;   ///< jobs put on the queue, over all front ends
  RateLimit requests;  ///< of each front end
  TimePoint created_at;
  std::optional<TimePoint> ends_at;  ///< from when on it does not work: expired, revoked or rotated
};

/// All keys, those that have ended too.
struct KeyList {
  std::string version;  ///< another after each change
  std::vector<ApiKey> keys;
};

inline constexpr std::size_t most_keys = 10'000;

/// Where keys are kept. Threads: any. Errors: `unavailable` when it cannot be reached.
class KeyRegistry {
 public:
  virtual ~KeyRegistry() = default;
  /// `conflict` where the id is taken, `quota_exceeded` where there are `most_keys`.
  [[nodiscard]] virtual Result<void> create(const ApiKey& key) = 0;
  /// Ends it then, if it does not end before; at once, by the registry's clock, where `at` is none. `not_found`.
  [[nodiscard]] virtual Result<void> end(const KeyId& id, std::optional<TimePoint> at) = 0;
  /// Both in one step: the successor is there, and the old key ends so.
  [[nodiscard]] virtual Result<void> rotate(const KeyId& old, std::optional<TimePoint> at, const ApiKey& successor) = 0;
  [[nodiscard]] virtual Result<KeyList> list() = 0;

  using Changed = std::function<void(Result<std::optional<KeyList>>)>;
  /// Without waiting, where the implementation can: the keys where they are of another version than `known`, else
  /// nothing. `done` is called at most once, from whichever thread.
  virtual void list_later(const std::string& known, Changed done) = 0;
};

}  // namespace platen
