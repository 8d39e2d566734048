#include "base/webhook_secret.hpp"

#include <array>

#include "base/crypto.hpp"

namespace platen {

namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t shortest_key_bytes = 24;
constexpr std::size_t longest_key_bytes = 64;
constexpr std::size_t new_key_bytes = 32;

}  // namespace

std::string new_webhook_secret() {
  std::array<unsigned char, new_key_bytes> key{};
  random_bytes(key);
  return std::string(prefix) + base64(key);
}

std::optional<std::string> webhook_key(std::string_view secret) {
  if (secret.substr(0, prefix.size()) != prefix) return std::nullopt;
  auto key = base64_decode(secret.substr(prefix.size()));
  if (!key || key->size() < shortest_key_bytes || key->size() > longest_key_bytes) return std::nullopt;
  return key;
}

}  // namespace platen
