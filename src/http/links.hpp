// Signed links to results (HMAC-SHA-256), and the file that holds the keys.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "platen/links.hpp"

namespace platen::http {

/// A secret and the name under which links refer to it.
struct LinkKey {
  std::string id;      ///< letters, digits, '-' and '_': stands in the link
  std::string secret;  ///< at least 32 bytes
};

/// Links for an hour or so: who holds one may download, so they are short-lived and made anew at each delivery.
inline constexpr std::chrono::seconds default_link_lifetime = std::chrono::hours(1);

/// The first key signs, each of them checks: put a new one first, and drop the old one when its links have lapsed.
/// What is signed is a version, the key's id, the tenant, the job and the expiry, so that no part can be moved to
/// another link. Signatures are compared in constant time.
/// Immutable. Borrows the clock. Threads: any.
class HmacLinkSigner final : public LinkSigner {
 public:
  /// Throws std::invalid_argument where `keys` is empty.
  HmacLinkSigner(std::vector<LinkKey> keys, std::chrono::seconds lifetime, const Clock& clock);

  [[nodiscard]] SignedLink sign(const Tenant& tenant, const JobId& id) const override;
  [[nodiscard]] Result<void> check(const Tenant& tenant, const JobId& id, std::string_view expires,
                                   std::string_view key_id, std::string_view signature) const override;

 private:
  std::vector<LinkKey> keys_;
  std::chrono::seconds lifetime_;
  const Clock& clock_;
};

/// Reads keys, one a line: its id, a space, its secret in hexadecimal (64 digits or more). Empty lines and those that
/// begin with '#' are skipped. `invalid_request` names the line that does not fit; never what is on it.
[[nodiscard]] Result<std::vector<LinkKey>> parse_link_keys(std::string_view text);

/// The keys in the file at `path`. Where there is none, makes one with a fresh key, readable by its owner alone.
/// A file that others may read is refused: whoever reads it can make links.
[[nodiscard]] Result<std::vector<LinkKey>> load_or_create_link_keys(const std::string& path);

}  // namespace platen::http
