#include "http/digest_field.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::string_view key = "sha-256=";

/// `:base64:`, a byte sequence of RFC 8941, section 3.3.5.
std::optional<std::string> hex_of(std::string_view item) {
  if (item.size() < 2 || item.front() != ':' || item.back() != ':') return std::nullopt;
  const auto bytes = base64_decode(item.substr(1, item.size() - 2));
  if (!bytes || bytes->size() != Digest{}.size()) return std::nullopt;
  return hex({reinterpret_cast<const unsigned char*>(bytes->data()), bytes->size()});
}

}  // namespace

Result<std::optional<std::string>> sha256_in(const httplib::Headers& headers, const std::string& name) {
  std::optional<std::string> found;
  const auto [begin, end] = headers.equal_range(name);
  for (auto field = begin; field != end; ++field) {
    for (std::string_view list = field->second; !list.empty();) {
      const std::string_view member = trim(next_element(list));
      if (!member.starts_with(key)) continue;  // of another kind, which need not be known
      auto digest = hex_of(member.substr(key.size()));
      if (!digest || (found && *found != *digest))
        return fail(Errc::invalid_request,
                    fmt::format("{} is no digest; those look like sha-256=:…:, in base64.", name));
      found = std::move(digest);
    }
  }
  return found;
}

}  // namespace platen::http
