// The keys that webhooks are signed with (Standard Webhooks: `whsec_` and the key's bytes in base64).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace platen {

/// A new one, of 32 random bytes.
[[nodiscard]] std::string new_webhook_secret();
/// The bytes of one; nullopt for text that is no secret of 24 to 64 bytes.
[[nodiscard]] std::optional<std::string> webhook_key(std::string_view secret);

}  // namespace platen
