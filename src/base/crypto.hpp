// Hashes, signatures and randomness (libcrypto).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace platen {

using Digest = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4) of bytes that come in pieces. Threads: one at a time.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();
  void update(std::span<const char> bytes);
  /// The digest of all so far; the object is spent.
  [[nodiscard]] Digest finish();

  /// Where it stands, as a line of text: `restore` goes on from there, in another process or later.
  [[nodiscard]] std::string save() const;
  /// nullopt for text that `save` did not make.
  [[nodiscard]] static std::optional<Sha256> restore(std::string_view saved);
  /// How many bytes it has seen.
  [[nodiscard]] std::uint64_t bytes() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SHA-1 (FIPS 180-4), for protocols that ask for it; it proves nothing any more.
[[nodiscard]] std::array<unsigned char, 20> sha1(std::string_view bytes);
/// HMAC-SHA-256 (RFC 2104).
[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view message);
/// Bytes from the kernel's generator. Throws std::runtime_error if it has none.
void random_bytes(std::span<unsigned char> out);
/// A random text of `bytes` × 2 hexadecimal digits.
[[nodiscard]] std::string random_hex(std::size_t bytes);
/// Takes as long for unequal texts as for equal ones of the same length.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right);

[[nodiscard]] std::string hex(std::span<const unsigned char> bytes);
/// Base64 with padding (RFC 4648, section 4), and back; nullopt for text that is none.
[[nodiscard]] std::string base64(std::span<const unsigned char> bytes);
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);
/// Base64 with the URL alphabet and no padding (RFC 4648, section 5).
[[nodiscard]] std::string base64url(std::span<const unsigned char> bytes);

}  // namespace platen
