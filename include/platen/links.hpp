// Links to results that whoever holds them may follow, until they lapse.
#pragma once

#include <string>
#include <string_view>

#include "platen/error.hpp"
#include "platen/ids.hpp"
#include "platen/time.hpp"

namespace platen {

struct SignedLink {
  std::string path;  ///< `/d/{id}?exp=…&kid=…&sig=…`, and `&t=…` where the tenant is not `default`
  TimePoint expires_at;
};

/// Makes and checks them. Immutable. Threads: any.
class LinkSigner {
 public:
  virtual ~LinkSigner() = default;
  [[nodiscard]] virtual SignedLink sign(const Tenant& tenant, const JobId& id) const = 0;
  /// `forbidden` for a link that is altered, lapsed, or signed by a key that is no longer held.
  [[nodiscard]] virtual Result<void> check(const Tenant& tenant, const JobId& id, std::string_view expires,
                                           std::string_view key_id, std::string_view signature) const = 0;
};

}  // namespace platen
