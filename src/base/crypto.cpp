// The structure of SHA-256 below is deprecated in favour of one whose state cannot be saved.
#define OPENSSL_SUPPRESS_DEPRECATED  // NOLINT: OpenSSL's own switch

#include "base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

namespace platen {

// The plain structure, not EVP: its state can be written down and taken up again. It is the same code beneath.
struct Sha256::State {
  SHA256_CTX context{};
  std::uint64_t bytes = 0;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { SHA256_Init(&state_->context); }
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::span<const char> bytes) {
  SHA256_Update(&state_->context, bytes.data(), bytes.size());
  state_->bytes += bytes.size();
}

Digest Sha256::finish() {
  Digest digest{};
  SHA256_Final(digest.data(), &state_->context);
  return digest;
}

std::uint64_t Sha256::bytes() const noexcept { return state_->bytes; }

namespace {

/// Reads a number of the given base off the front of `text`, and the colon after it.
template <class Number>
bool take_number(std::string_view& text, Number& number, int base) {
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc{} || last == end || *last != ':') return false;
  text.remove_prefix(static_cast<std::size_t>(last - text.data()) + 1);
  return true;
}

}  // namespace

std::string Sha256::save() const {
  const SHA256_CTX& context = state_->context;
  std::string text = std::to_string(state_->bytes);
  text += ':';
  for (const SHA_LONG word : context.h) {
    std::array<char, 8> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), word, 16).ptr;
    text.append(digits.data(), end).append(1, ':');
  }
  const auto* const pending = reinterpret_cast<const unsigned char*>(context.data);
  return text.append(base64({pending, context.num}));
}

std::optional<Sha256> Sha256::restore(std::string_view saved) {
  Sha256 hash;
  SHA256_CTX& context = hash.state_->context;
  if (!take_number(saved, hash.state_->bytes, 10)) return std::nullopt;
  for (SHA_LONG& word : context.h)
    if (!take_number(saved, word, 16)) return std::nullopt;
  const auto pending = base64_decode(saved);
  if (!pending || pending->size() != hash.state_->bytes % SHA256_CBLOCK) return std::nullopt;
  std::memcpy(context.data, pending->data(), pending->size());
  context.num = static_cast<unsigned>(pending->size());
  const std::uint64_t bits = hash.state_->bytes * 8;
  context.Nl = static_cast<SHA_LONG>(bits);
  context.Nh = static_cast<SHA_LONG>(bits >> 32U);
  return hash;
}

std::array<unsigned char, 20> sha1(std::string_view bytes) {
  std::array<unsigned char, 20> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr) != 1)
    throw std::runtime_error("libcrypto offers no SHA-1");
  return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view message) {
  Digest digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), digest.data(), &length);
  return digest;
}

void random_bytes(std::span<unsigned char> out) {
  while (!out.empty()) {
    const ssize_t got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::runtime_error("the kernel gives no random bytes");
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> raw(bytes);
  random_bytes(raw);
  return hex(raw);
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string base64(std::span<const unsigned char> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // libcrypto ends it with a NUL
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  // libcrypto would skip spaces at either end.
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  if (text.size() % 4 != 0 || text.find_first_not_of(digits) != std::string_view::npos) return std::nullopt;
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const std::size_t padding = text.size() - std::min(text.find('='), text.size());
  if (padding > 2) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

std::string base64url(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned buffer = 0;
  unsigned bits = 0;
  for (const unsigned char byte : bytes) {
    buffer = (buffer << 8U) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += digits[(buffer >> bits) & 63U];
    }
  }
  if (bits > 0) text += digits[(buffer << (6 - bits)) & 63U];
  return text;
}

}  // namespace platen
