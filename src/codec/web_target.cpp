#include "codec/web_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace platen::codec {

namespace {

constexpr std::size_t longest_host = 253;

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A name, an IPv4 address, or an IPv6 address in brackets.
bool is_host(std::string_view host) {
  if (host.empty() || host.size() > longest_host) return false;
  const bool is_v6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_v6) return host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") == host.npos;
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// The port after the host, or the scheme's own.
std::optional<std::uint16_t> port_of(std::string_view after_host, std::uint16_t own) {
  if (after_host.empty()) return own;
  std::uint16_t port = 0;
  const char* const end = after_host.data() + after_host.size();
  const auto [last, error] = std::from_chars(after_host.data() + 1, end, port);
  if (after_host.front() != ':' || error != std::errc() || last != end || port == 0) return std::nullopt;
  return port;
}

}  // namespace

Result<WebTarget> parse_web_target(std::string_view url) {
  const auto misfit = [](const char* detail) { return fail(Errc::invalid_request, detail); };
  const auto is_plain = [](char c) { return c > ' ' && c <= '~' && c != '\\' && c != '"' && c != '<' && c != '>'; };
  if (url.size() > longest_url)
    return fail(Errc::invalid_request,
                fmt::format("This has {} bytes; at most {} are allowed.", url.size(), longest_url));
  if (!std::all_of(url.begin(), url.end(), is_plain))
    return misfit("A URL has printable ASCII characters; percent-encode all others.");
  const std::string scheme = lower(url.substr(0, url.find("://")));
  if (url.find("://") == url.npos || (scheme != "http" && scheme != "https"))
    return misfit("This must begin with 'https://' or 'http://'.");
  const std::string_view rest = url.substr(scheme.size() + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != authority.npos)
    return misfit("A user and password in a URL would be shown to whoever sees it: leave them out.");
  if (url.find('#') != url.npos) return misfit("The part after '#' is never sent: leave it out.");
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
  const std::string_view host = authority.substr(0, colon);
  const auto port = port_of(authority.substr(std::min(colon, authority.size())), scheme == "https" ? 443 : 80);
  if (!is_host(host)) return misfit("There is no host name or address after '://'.");
  if (!port) return misfit("The port is a number from 1 to 65535.");
  return WebTarget{std::string(url), fmt::format("{}:{}", lower(host), *port)};
}

std::optional<WebTarget> take_web_target(Fields& fields, std::string_view name) {
  const auto text = fields.take_text(name, {.least = 1, .most = longest_url + 1});
  if (!text) return std::nullopt;
  auto target = parse_web_target(*text);
  if (target) return *std::move(target);
  fields.complain(name, target.error().detail);
  return std::nullopt;
}

}  // namespace platen::codec
