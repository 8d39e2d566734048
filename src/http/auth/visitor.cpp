#include "http/auth/visitor.hpp"

#include <string>

namespace platen::http {

namespace {

constexpr const char* challenge = "WWW-Authenticate";

/// Where a key that has a scope is to be had from; literals, for a refusal holds no other text.
constexpr std::string_view lack_text(Scope scope) {
  switch (scope) {
    case Scope::submit: return "This needs a key with the scope 'submit', which yours does not have.";
    case Scope::read: return "This needs a key with the scope 'read', which yours does not have.";
    case Scope::admin: break;
  }
  return "This needs a key with the scope 'admin', which yours does not have.";
}

std::optional<Scope> scope_of(Needs needs) {
  switch (needs) {
    case Needs::submit: return Scope::submit;
    case Needs::read: return Scope::read;
    case Needs::admin: return Scope::admin;
    default: return std::nullopt;
  }
}

}  // namespace

const Visitor& Visitor::anyone() {
  static const Visitor visitor{
      Proof::open, std::make_shared<const Caller>(Caller{default_tenant(), Scopes::all(), {}, {}, {}}), {}};
  return visitor;
}

const Tenant& Visitor::tenant() const noexcept {
  static const Tenant nobody{"-"};
  return caller ? caller->tenant : nobody;
}

std::optional<Refusal> lack_of(Needs needs, const Visitor& visitor, httplib::Headers& fields) {
  if (needs == Needs::nothing) return std::nullopt;
  switch (visitor.proof) {
    case Proof::none:
      fields.emplace(challenge, "Bearer realm=\"platen\"");
      return Refusal{401, Errc::unauthorized, "This needs an API key, as in 'Authorization: Bearer plk_…'."};
    case Proof::wrong:
      fields.emplace(challenge, "Bearer realm=\"platen\", error=\"invalid_token\"");
      return Refusal{401, Errc::unauthorized,
                     "The key, session or ticket does not work: it is unknown, has lapsed, or was revoked."};
    case Proof::unknown:
      return Refusal{503, Errc::unavailable, "Whose key this is cannot be looked up now. Try again in a moment."};
    default: break;
  }
  const auto scope = scope_of(needs);
  if (!scope || visitor.may(*scope)) return std::nullopt;
  std::string field = "Bearer realm=\"platen\", error=\"insufficient_scope\", scope=\"";
  fields.emplace(challenge, field.append(name_of(*scope)).append("\""));
  return Refusal{403, Errc::forbidden, lack_text(*scope)};
}

Result<void> check_scope(Scope scope, const Visitor& visitor) {
  if (visitor.may(scope)) return {};
  return fail(Errc::forbidden, std::string(lack_text(scope)));
}

}  // namespace platen::http
