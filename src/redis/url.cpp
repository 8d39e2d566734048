#include "redis/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/setting_value.hpp"

namespace platen::redis {

namespace {

constexpr std::uint32_t most_databases = 1'000'000;
// The kernel's bound on a unix socket's address, its final zero left out.
constexpr std::size_t longest_socket_path = 107;

tl::unexpected<Error> does_not_fit(std::string_view what) {
  return fail(Errc::invalid_request, fmt::format("the Redis address does not fit: {}", what));
}

/// The part before `mark`, which is taken off `rest` together with the mark; nullopt where there is none.
std::optional<std::string_view> cut(std::string_view& rest, char mark) {
  const std::size_t at = rest.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return before;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    unsigned char byte = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2 || byte == 0) return std::nullopt;
    plain += static_cast<char>(byte);
    i += 2;
  }
  return plain;
}

Result<void> set_text(std::string& part, std::string_view text) {
  auto plain = percent_decoded(text);
  if (!plain) return does_not_fit("a '%' must be followed by two hexadecimal digits");
  part = *std::move(plain);
  return {};
}

Result<void> set_database(Url& url, std::string_view text) {
  const auto database = number_in<std::uint32_t>(text);
  if (!database || *database >= most_databases) return does_not_fit("the database must be a number");
  url.database = *database;
  return {};
}

/// `host[:port]`; the host may be an IPv6 address in brackets.
Result<Address> address_in(std::string_view text, std::uint16_t usual_port) {
  Address address{{}, usual_port};
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (!text.empty() && text.front() == '[') {  // an IPv6 address
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return does_not_fit("'[' without ']'");
    host = text.substr(1, close - 1);
    const std::string_view after = text.substr(close + 1);
    if (!after.empty() && after.front() != ':') return does_not_fit("after ']' only ':' and the port may follow");
    if (!after.empty()) port = after.substr(1);
  } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (port) {
    const auto number = number_in<std::uint16_t>(*port);
    if (!number || *number == 0) return does_not_fit("the port must be a number from 1 to 65535");
    address.port = *number;
  }
  if (host.empty()) return does_not_fit("there is no host");
  if (host.find_first_of(" ,") != std::string_view::npos)
    return does_not_fit("a host has no spaces and commas; where several addresses stand, each is a whole URL");
  if (auto set = set_text(address.host, host); !set) return fail(std::move(set).error());
  return address;
}

/// `[user]:password@`, which is taken off `authority`.
Result<void> take_login(Url& url, std::string_view& authority) {
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return {};
  std::string_view password = authority.substr(0, at);
  authority.remove_prefix(at + 1);
  const auto user = cut(password, ':');
  if (!user) return does_not_fit("before '@' there must be ':' and the password");
  if (auto set = set_text(url.user, *user); !set) return set;
  return set_text(url.password, password);
}

Result<void> set_parameter(Url& url, std::string_view name, std::string_view value) {
  const auto as_path = [&](std::string& path) -> Result<void> {
    if (auto set = set_text(path, value); !set) return set;
    if (!path.starts_with('/')) return does_not_fit("ca, cert and key must be absolute paths");
    return {};
  };
  if (!url.socket_path.empty()) {
    if (name == "db") return set_database(url, value);
    if (name == "password") return set_text(url.password, value);
    if (name == "user") return set_text(url.user, value);
    return does_not_fit("after '?' only db, user and password are known");
  }
  if (url.tls && name == "ca") return as_path(url.tls->ca_file);
  if (url.tls && name == "cert") return as_path(url.tls->certificate_file);
  if (url.tls && name == "key") return as_path(url.tls->key_file);
  if (url.tls && name == "name") return set_text(url.tls->server_name, value);
  if (!url.primary_name.empty() && name == "sentinel_user") return set_text(url.sentinel_user, value);
  if (!url.primary_name.empty() && name == "sentinel_password") return set_text(url.sentinel_password, value);
  return does_not_fit(
      "after '?' only ca, cert, key and name (of rediss://), sentinel_user and sentinel_password (of sentinels) and, "
      "of unix sockets, db, user and password are known");
}

Result<void> set_parameters(Url& url, std::string_view query) {
  while (!query.empty()) {
    std::string_view value = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(value.size() + 1, query.size()));
    const auto name = cut(value, '=');
    if (!name) return does_not_fit("a parameter has no '='");
    if (auto set = set_parameter(url, *name, value); !set) return set;
  }
  if (url.tls && url.tls->certificate_file.empty() != url.tls->key_file.empty())
    return does_not_fit("cert and key go together");
  return {};
}

/// `host[:port],…` and, of `path`, the primary's name, which is taken off it.
Result<void> set_sentinels(Url& url, std::string_view hosts, std::string_view& path) {
  for (;;) {
    auto sentinel = address_in(hosts.substr(0, hosts.find(',')), default_sentinel_port);
    if (!sentinel) return fail(std::move(sentinel).error());
    url.sentinels.push_back(*std::move(sentinel));
    if (!cut(hosts, ',')) break;
  }
  const std::size_t end = std::min(path.find('/', 1), path.size());
  if (end < 2) return does_not_fit("after the sentinels there must be '/' and the primary's name");
  if (auto set = set_text(url.primary_name, path.substr(1, end - 1)); !set) return set;
  path.remove_prefix(end);
  return {};
}

enum class Servers { one, sentinels };

Result<Url> parse_tcp(std::string_view rest, Servers servers, std::optional<TlsSettings> tls) {
  Url url;
  url.tls = std::move(tls);
  const std::string_view whole = rest.substr(0, rest.find('?'));
  std::string_view authority = whole.substr(0, whole.find('/'));
  std::string_view path = whole.substr(authority.size());
  if (auto taken = take_login(url, authority); !taken) return fail(std::move(taken).error());
  if (servers == Servers::sentinels) {
    if (auto set = set_sentinels(url, authority, path); !set) return fail(std::move(set).error());
  } else {
    auto address = address_in(authority, default_port);
    if (!address) return fail(std::move(address).error());
    url.host = std::move(address->host);
    url.port = address->port;
  }
  if (path.size() > 1) {
    if (auto set = set_database(url, path.substr(1)); !set) return fail(std::move(set).error());
  }
  const std::string_view query = rest.substr(std::min(whole.size() + 1, rest.size()));
  if (auto set = set_parameters(url, query); !set) return fail(std::move(set).error());
  return url;
}

Result<Url> parse_unix(std::string_view rest) {
  Url url;
  const std::string_view path = rest.substr(0, rest.find('?'));
  if (path.empty() || path.front() != '/') return does_not_fit("'unix://' must be followed by an absolute path");
  if (auto set = set_text(url.socket_path, path); !set) return fail(std::move(set).error());
  if (url.socket_path.size() > longest_socket_path) return does_not_fit("the socket's path is longer than 107 bytes");
  const std::string_view query = rest.substr(std::min(path.size() + 1, rest.size()));
  if (auto set = set_parameters(url, query); !set) return fail(std::move(set).error());
  return url;
}

std::string text_of(const std::string& host, std::uint16_t port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port);
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  constexpr std::string_view mark = "://";
  const std::size_t end = text.find(mark);
  const std::string_view scheme = text.substr(0, end);
  const std::string_view rest = end == std::string_view::npos ? "" : text.substr(end + mark.size());
  if (scheme == "redis") return parse_tcp(rest, Servers::one, std::nullopt);
  if (scheme == "rediss") return parse_tcp(rest, Servers::one, TlsSettings());
  if (scheme == "redis+sentinel") return parse_tcp(rest, Servers::sentinels, std::nullopt);
  if (scheme == "rediss+sentinel") return parse_tcp(rest, Servers::sentinels, TlsSettings());
  if (scheme == "unix") return parse_unix(rest);
  return does_not_fit(
      "it must begin with 'redis://', 'rediss://', 'redis+sentinel://', 'rediss+sentinel://' or 'unix://'");
}

std::string Url::without_secrets() const {
  if (!socket_path.empty()) return fmt::format("unix://{}?db={}", socket_path, database);
  const std::string_view scheme = tls ? "rediss" : "redis";
  if (sentinels.empty()) return fmt::format("{}://{}/{}", scheme, text_of(host, port), database);
  std::string hosts;
  for (const Address& sentinel : sentinels)
    hosts.append(hosts.empty() ? "" : ",").append(text_of(sentinel.host, sentinel.port));
  return fmt::format("{}+sentinel://{}/{}/{}", scheme, hosts, primary_name, database);
}

Result<std::vector<Url>> parse_urls(std::string_view text) {
  std::vector<Url> urls;
  for (const std::string_view part : split_urls(text)) {
    auto url = Url::parse(part);
    if (!url) return fail(std::move(url.error()));
    urls.push_back(*std::move(url));
  }
  if (urls.empty()) return does_not_fit("there is none");
  return urls;
}

std::string without_secrets(const std::vector<Url>& urls) {
  std::string text;
  for (const Url& url : urls) text.append(text.empty() ? "" : " ").append(url.without_secrets());
  return text;
}

}  // namespace platen::redis
