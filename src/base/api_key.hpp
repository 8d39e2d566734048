// The text of API keys: `plk_`, the key's id, `_`, and 32 random bytes in hexadecimal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platen/access.hpp"

namespace platen {

/// A fresh key. Only `id` and `sha256` are kept: with 256 random bits a plain hash tells nothing of what it was made
/// from, and costs a request no more than it must.
struct NewApiKey {
  KeyId id;
  std::string text;    ///< to be shown once
  std::string sha256;  ///< lower-case hex
};
[[nodiscard]] NewApiKey new_api_key();

/// The id in a key's text; nullopt for text that is no key. Tells nothing of whether it works.
[[nodiscard]] std::optional<KeyId> id_of_api_key(std::string_view text);
/// What is kept of a key's text.
[[nodiscard]] std::string hash_of_api_key(std::string_view text);

}  // namespace platen
