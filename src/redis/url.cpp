#include "redis/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

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

Result<void> set_host_and_port(Url& url, std::string_view authority) {
  std::string_view host = authority;
  std::optional<std::string_view> port;
  if (!authority.empty() && authority.front() == '[') {  // an IPv6 address
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return does_not_fit("'[' without ']'");
    host = authority.substr(1, close - 1);
    const std::string_view after = authority.substr(close + 1);
    if (!after.empty() && after.front() != ':') return does_not_fit("after ']' only ':' and the port may follow");
    if (!after.empty()) port = after.substr(1);
  } else if (const std::size_t colon = authority.rfind(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
  }
  if (port) {
    const auto number = number_in<std::uint16_t>(*port);
    if (!number || *number == 0) return does_not_fit("the port must be a number from 1 to 65535");
    url.port = *number;
  }
  if (host.empty()) return does_not_fit("there is no host");
  return set_text(url.host, host);
}

Result<Url> parse_tcp(std::string_view rest) {
  Url url;
  if (rest.find('?') != std::string_view::npos) return does_not_fit("'?' is for unix sockets only");
  std::string_view authority = rest.substr(0, rest.find('/'));
  const std::string_view path = rest.substr(authority.size());
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    std::string_view password = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const auto user = cut(password, ':');
    if (!user) return does_not_fit("before '@' there must be ':' and the password");
    if (auto set = set_text(url.user, *user); !set) return fail(std::move(set).error());
    if (auto set = set_text(url.password, password); !set) return fail(std::move(set).error());
  }
  if (auto set = set_host_and_port(url, authority); !set) return fail(std::move(set).error());
  if (path.size() > 1) {
    if (auto set = set_database(url, path.substr(1)); !set) return fail(std::move(set).error());
  }
  return url;
}

Result<void> set_parameter(Url& url, std::string_view name, std::string_view value) {
  if (name == "db") return set_database(url, value);
  if (name == "password") return set_text(url.password, value);
  if (name == "user") return set_text(url.user, value);
  return does_not_fit("after '?' only db, user and password are known");
}

Result<Url> parse_unix(std::string_view rest) {
  Url url;
  const std::string_view path = rest.substr(0, rest.find('?'));
  if (path.empty() || path.front() != '/') return does_not_fit("'unix://' must be followed by an absolute path");
  if (auto set = set_text(url.socket_path, path); !set) return fail(std::move(set).error());
  if (url.socket_path.size() > longest_socket_path) return does_not_fit("the socket's path is longer than 107 bytes");
  std::string_view query = rest.substr(std::min(path.size() + 1, rest.size()));
  while (!query.empty()) {
    std::string_view value = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(value.size() + 1, query.size()));
    const auto name = cut(value, '=');
    if (!name) return does_not_fit("a parameter has no '='");
    if (auto set = set_parameter(url, *name, value); !set) return fail(std::move(set).error());
  }
  return url;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  constexpr std::string_view tcp = "redis://";
  constexpr std::string_view unix_socket = "unix://";
  if (text.substr(0, tcp.size()) == tcp) return parse_tcp(text.substr(tcp.size()));
  if (text.substr(0, unix_socket.size()) == unix_socket) return parse_unix(text.substr(unix_socket.size()));
  return does_not_fit("it must begin with 'redis://' or 'unix://'");
}

std::string Url::without_secrets() const {
  if (!socket_path.empty()) return fmt::format("unix://{}?db={}", socket_path, database);
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return fmt::format("redis://{}{}{}:{}/{}", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port, database);
}

}  // namespace platen::redis
