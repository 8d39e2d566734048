// The request target and the authority (RFC 9112, section 3.2; RFC 3986).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/refusal.hpp"

namespace platen::http {

struct Target {
  std::string text;       ///< in origin-form, or `*`; its path and query as they came
  std::string path;       ///< decoded
  std::string authority;  ///< of an absolute-form; else empty
};

/// Reads an origin-form, an absolute-form (http, https) or `*`. A broken escape, or an escaped CR, LF or NUL, is
/// malformed; a path of more than `path_limit_bytes` is 414.
[[nodiscard]] Checked<Target> parse_target(std::string_view text, std::size_t path_limit_bytes);

/// Whether the text is a host with an optional port: a name, an IPv4 address or a bracketed IPv6 address.
[[nodiscard]] bool is_authority(std::string_view text) noexcept;

}  // namespace platen::http
