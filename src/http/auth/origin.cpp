#include "http/auth/origin.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace platen::http {

namespace {

/// Host and port of `https://example.org`, the port left out where it is the scheme's own; nullopt where it is none.
std::optional<std::string> authority_of(std::string_view url) {
  for (const auto& [scheme, port] : {std::pair<std::string_view, std::string_view>{"http://", ":80"},
                                     std::pair<std::string_view, std::string_view>{"https://", ":443"}}) {
    if (!same_word(url.substr(0, scheme.size()), scheme)) continue;
    std::string authority = lower(url.substr(scheme.size(), url.find('/', scheme.size()) - scheme.size()));
    if (authority.ends_with(port)) authority.resize(authority.size() - port.size());
    return authority;
  }
  return std::nullopt;
}

std::string_view without_port(std::string_view authority) {
  if (!authority.empty() && authority.front() == '[') return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

/// The last label of a name is never all digits, so that it cannot be taken for an address.
bool is_address(std::string_view host) {
  if (host.front() == '[') return true;
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return !last.empty() && std::all_of(last.begin(), last.end(), is_digit) &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

bool is_own_origin(std::string_view origin, std::string_view host, std::string_view public_url) {
  const auto authority = authority_of(origin);
  if (!authority) return false;
  // A proxy that ends TLS passes on the host only: it is of the scheme that the page has.
  const std::string_view scheme = origin.substr(0, origin.find("//") + 2);
  return authority == authority_of(std::string(scheme).append(host)) || authority == authority_of(public_url);
}

Result<void> check_host_name(std::string_view name) {
  const bool fits = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_';
  });
  if (fits) return {};
  return fail(Errc::invalid_request, "is not a host's name in lower case, without a scheme, a port or a wildcard");
}

HostNames::HostNames(std::vector<std::string> allowed, std::string_view public_url) : names_(std::move(allowed)) {
  names_.emplace_back("localhost");
  if (const auto authority = authority_of(public_url)) names_.emplace_back(without_port(*authority));
}

bool HostNames::include(std::string_view host) const {
  if (host.empty()) return true;
  std::string name = lower(without_port(host));
  if (name.ends_with('.')) name.pop_back();
  return !name.empty() && (is_address(name) || std::find(names_.begin(), names_.end(), name) != names_.end());
}

}  // namespace platen::http
