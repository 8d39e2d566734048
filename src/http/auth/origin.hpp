// Which names this service answers to, and which pages may have a browser call it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/refusal.hpp"

namespace platen::http {

/// Whether a page's origin is that of the service itself, which it is reached at as `host` (with a port) or, as far as
/// that is known, at `public_url`.
[[nodiscard]] bool is_own_origin(std::string_view origin, std::string_view host, std::string_view public_url);

/// Whether this is a host's name as `--allow-host` takes it: lower case, no scheme, no port. The error's detail is a
/// predicate: "is not …".
[[nodiscard]] Result<void> check_host_name(std::string_view name);

/// The names of the service: `localhost`, every IP address, that of the public URL, and those that are allowed. A page
/// that has its own name resolve to this machine (DNS rebinding) has the browser send that name, which is none of them;
/// an address is never looked up, so it cannot be misused so.
/// Immutable. Threads: any.
class HostNames {
 public:
  explicit HostNames(std::vector<std::string> allowed = {}, std::string_view public_url = {});
  /// `host` as a request has it, with a port or without; an empty one (HTTP/1.0) is no browser's.
  [[nodiscard]] bool include(std::string_view host) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace platen::http
