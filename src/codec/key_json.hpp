// API keys as JSON, as they are kept and as they are shown. Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "platen/access.hpp"

namespace platen::codec {

/// What is kept of a key: all but its id and its end.
[[nodiscard]] std::string encode_kept_key(const ApiKey& key);
/// `invalid_request` for text that `encode_kept_key` does not make: a key that cannot be read must not work.
[[nodiscard]] Result<ApiKey> decode_kept_key(std::string_view json);

/// A key for people and scripts: no hash. `text`, the key itself, where it has just been made; else empty.
[[nodiscard]] std::string encode_key(const ApiKey& key, std::string_view text = {});

/// `{"tenant":…,"scopes":[…],"key":…,"expires_at":…,"limits":{"submits":{"quota":100,"window_seconds":60},
/// "requests":null}}`: who a session or a key is, and how much it may. Empty: there are no keys here.
struct SessionView {
  Tenant tenant;
  Scopes scopes;
  KeyId key;
  std::optional<TimePoint> expires_at;
  RateLimit submits;
  RateLimit requests;
};
[[nodiscard]] std::string encode_session(const SessionView& session);

}  // namespace platen::codec
