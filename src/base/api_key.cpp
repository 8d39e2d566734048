#include "base/api_key.hpp"

#include "base/crypto.hpp"

namespace platen {

namespace {

constexpr std::string_view prefix = "plk_";
constexpr std::size_t id_bytes = 6;
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t secret_at = prefix.size() + 2 * id_bytes + 1;

}  // namespace

NewApiKey new_api_key() {
  NewApiKey key;
  key.id.text = random_hex(id_bytes);
  key.text.append(prefix).append(key.id.text).append("_").append(random_hex(secret_bytes));
  key.sha256 = hash_of_api_key(key.text);
  return key;
}

std::optional<KeyId> id_of_api_key(std::string_view text) {
  const bool is_key = text.size() == secret_at + 2 * secret_bytes && text.starts_with(prefix) &&
                      text[secret_at - 1] == '_' &&
                      text.find_first_not_of("0123456789abcdef", secret_at) == std::string_view::npos;
  if (!is_key) return std::nullopt;
  return parse_key_id(text.substr(prefix.size(), 2 * id_bytes));
}

std::string hash_of_api_key(std::string_view text) {
  Sha256 hash;
  hash.update({text.data(), text.size()});
  return hex(hash.finish());
}

}  // namespace platen
