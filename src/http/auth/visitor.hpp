// Who sent a request, as far as it proves that, and what a route asks of them.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "http/library.hpp"
#include "http/refusal.hpp"
#include "platen/access.hpp"

namespace platen::http {

/// Somebody who is known here. Immutable once made.
struct Caller {
  Tenant tenant;
  Scopes scopes;
  KeyId key;  ///< empty where there are no keys
  RateLimit submits;
  RateLimit requests;
};

/// How a request proves who sent it, or why it does not.
enum class Proof {
  open,     ///< there are no keys: whoever reaches the service may do everything, as the tenant `default`
  key,      ///< Authorization: Bearer
  session,  ///< the cookie of a session
  ticket,   ///< of one job's stream, in the query
  none,     ///< it does not
  wrong,    ///< by something that does not work: unknown, revoked, lapsed, altered
  unknown,  ///< by what cannot be looked up now
};

/// Who sent a request. A value.
struct Visitor {
  Proof proof = Proof::open;
  std::shared_ptr<const Caller> caller;       ///< null where it is not known
  std::optional<TimePoint> session_end = {};  ///< of a session

  /// Of a service without keys.
  [[nodiscard]] static const Visitor& anyone();
  /// Of somebody who is not known it is one that nobody has.
  [[nodiscard]] const Tenant& tenant() const noexcept;
  [[nodiscard]] bool may(Scope scope) const noexcept { return caller && caller->scopes.has(scope); }
  /// Whether links that this visitor gets must work without its key.
  [[nodiscard]] bool needs_tickets() const noexcept { return proof != Proof::open; }
};

/// What a route asks of its visitors.
enum class Needs {
  nothing,  ///< it is public, or checks by itself
  anyone,   ///< somebody who is known; it checks the scopes by itself
  submit,
  read,
  admin,
};

/// Why the visitor may not do that; nullopt where it may. The header fields that go with the refusal are put into
/// `fields`.
[[nodiscard]] std::optional<Refusal> lack_of(Needs needs, const Visitor& visitor, httplib::Headers& fields);
/// The same for what no route says: a message on a WebSocket.
[[nodiscard]] Result<void> check_scope(Scope scope, const Visitor& visitor);

}  // namespace platen::http
