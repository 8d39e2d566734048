#include "codec/key_json.hpp"

#include <limits>

#include "base/clock.hpp"
#include "codec/json.hpp"

namespace platen::codec {

namespace {

constexpr std::size_t sha256_digits = 64;
constexpr std::uint64_t longest_window_seconds = 366ULL * 24 * 3600;

OrderedJson scopes_array(Scopes scopes) {
  OrderedJson names = OrderedJson::array();
  for (const Scope scope : scopes.listed()) names.push_back(name_of(scope));
  return names;
}

OrderedJson rate_object(const RateLimit& limit) {
  if (!limit.is_set()) return {};
  OrderedJson object;
  object["quota"] = limit.quota;
  object["window_seconds"] = limit.window.count();
  return object;
}

std::optional<RateLimit> rate_in(const OrderedJson& object, const char* name) {
  const auto member = object.find(name);
  if (member == object.end() || member->is_null()) return RateLimit{};
  if (!member->is_object()) return std::nullopt;
  const std::uint64_t quota = count_in(*member, "quota");
  const std::uint64_t window = count_in(*member, "window_seconds");
  if (quota == 0 || quota > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  if (window == 0 || window > longest_window_seconds) return std::nullopt;
  return RateLimit{static_cast<std::uint32_t>(quota), std::chrono::seconds(window)};
}

std::optional<Scopes> scopes_in(const OrderedJson& object) {
  const auto member = object.find("scopes");
  if (member == object.end() || !member->is_array()) return std::nullopt;
  Scopes scopes;
  for (const OrderedJson& name : *member) {
    const auto scope = name.is_string() ? scope_from(name.get_ref<const std::string&>()) : std::nullopt;
    if (!scope) return std::nullopt;
    scopes = scopes.with(*scope);
  }
  return scopes;
}

OrderedJson key_object(const ApiKey& key) {
  OrderedJson object;
  object["tenant"] = key.tenant.text;
  object["scopes"] = scopes_array(key.scopes);
  object["name"] = key.name;
  object["submits"] = rate_object(key.submits);
  object["requests"] = rate_object(key.requests);
  return object;
}

OrderedJson time_or_null(const std::optional<TimePoint>& time) {
  return time ? OrderedJson(rfc3339(*time)) : OrderedJson();
}

}  // namespace

std::string encode_kept_key(const ApiKey& key) {
  OrderedJson object = key_object(key);
  object["sha256"] = key.sha256;
  object["created_at"] = unix_ms(key.created_at);
  return dump(object);
}

Result<ApiKey> decode_kept_key(std::string_view json) {
  const auto object = parse_own(json);
  if (!object) return fail(object.error());
  const auto tenant = parse_tenant(text_in(*object, "tenant"));
  const auto scopes = scopes_in(*object);
  const auto submits = rate_in(*object, "submits");
  const auto requests = rate_in(*object, "requests");
  std::string sha256 = text_in(*object, "sha256");
  if (!tenant || !scopes || !submits || !requests || sha256.size() != sha256_digits)
    return fail(Errc::invalid_request, "This is no key.");
  return ApiKey{.id = {},
                .sha256 = std::move(sha256),
                .tenant = *tenant,
                .scopes = *scopes,
                .name = text_in(*object, "name"),
                .submits = *submits,
                .requests = *requests,
                .created_at = from_unix_ms(integer_in(*object, "created_at").value_or(0)),
                .ends_at = {}};
}

std::string encode_key(const ApiKey& key, std::string_view text) {
  OrderedJson object;
  object["id"] = key.id.text;
  if (!text.empty()) object["key"] = text;
  object.update(key_object(key));
  object["created_at"] = rfc3339(key.created_at);
  object["ends_at"] = time_or_null(key.ends_at);
  return dump(object);
}

std::string encode_session(const SessionView& session) {
  OrderedJson object;
  object["tenant"] = session.tenant.text;
  object["scopes"] = scopes_array(session.scopes);
  object["key"] = session.key.text.empty() ? OrderedJson() : OrderedJson(session.key.text);
  object["expires_at"] = time_or_null(session.expires_at);
  object["limits"] = {{"submits", rate_object(session.submits)}, {"requests", rate_object(session.requests)}};
  return dump(object);
}

}  // namespace platen::codec
