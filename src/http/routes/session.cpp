#include <fmt/format.h>

#include "base/clock.hpp"
#include "codec/key_json.hpp"
#include "http/routes/handlers.hpp"

namespace platen::http {

namespace {

/// Not for scripts, not in the clear, and never along with what another site's page asks for.
std::string cookie(std::string_view value, std::chrono::seconds lifetime) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; Secure; SameSite=Strict", session_cookie, value,
                     lifetime.count());
}

std::string encoded(const Visitor& visitor, std::optional<TimePoint> end) {
  const Caller& caller = *visitor.caller;
  return codec::encode_session({visitor.tenant(), caller.scopes, caller.key, end, caller.submits, caller.requests});
}

}  // namespace

void begin_session(const Services& services, const Request&, Reply& reply) {
  const Visitor& visitor = reply.visitor();
  if (services.tokens == nullptr || visitor.proof == Proof::open)
    return reply.problem({Errc::conflict, "There are no keys here, so nothing needs a session.", {}});
  if (visitor.proof != Proof::key)
    return reply.problem({Errc::forbidden, "A session begins with a key, as in 'Authorization: Bearer plk_…'.", {}});
  const Token session = services.tokens->session(visitor.caller->key);
  reply.header("Set-Cookie", cookie(session.text, services.tokens->session_lifetime()));
  reply.header("Cache-Control", "no-store");
  reply.json(201, encoded(visitor, session.expires_at));
}

void show_session(const Services&, const Request&, Reply& reply) {
  reply.header("Cache-Control", "no-store");
  reply.json(200, encoded(reply.visitor(), reply.visitor().session_end));
}

void end_session(const Services&, const Request&, Reply& reply) {
  reply.header("Set-Cookie", cookie("", std::chrono::seconds(0)));
  reply.empty(204);
}

}  // namespace platen::http
