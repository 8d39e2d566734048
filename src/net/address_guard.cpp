#include "net/address_guard.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

namespace platen::net {

namespace {

using Bytes = std::array<std::uint8_t, 16>;
constexpr unsigned v4_prefix_bits = 96;

Bytes mapped(const in_addr& address) {
  Bytes bytes{};
  bytes[10] = bytes[11] = 0xFF;
  std::memcpy(bytes.data() + 12, &address, sizeof address);
  return bytes;
}

Bytes bytes_of(const in6_addr& address) {
  Bytes bytes{};
  std::memcpy(bytes.data(), &address, sizeof address);
  return bytes;
}

std::optional<AddressGuard::Network> parse_network(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string host(text.substr(0, slash));
  in_addr v4{};
  in6_addr v6{};
  const bool is_v4 = ::inet_pton(AF_INET, host.c_str(), &v4) == 1;
  if (!is_v4 && ::inet_pton(AF_INET6, host.c_str(), &v6) != 1) return std::nullopt;
  const unsigned most = is_v4 ? 32 : 128;
  unsigned bits = most;
  if (slash < text.size()) {
    const std::string_view number = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), bits);
    if (error != std::errc() || end != number.data() + number.size() || bits > most) return std::nullopt;
  }
  return AddressGuard::Network{is_v4 ? mapped(v4) : bytes_of(v6), is_v4 ? v4_prefix_bits + bits : bits};
}

AddressGuard::Network network(std::string_view text) { return parse_network(text).value_or(AddressGuard::Network{}); }

/// Of IPv4 those that are not public; of IPv6 those within 2000::/3 that are not.
const std::vector<AddressGuard::Network>& special_networks() {
  static const std::vector<AddressGuard::Network> networks = {
      network("0.0.0.0/8"),      network("10.0.0.0/8"),     network("100.64.0.0/10"), network("127.0.0.0/8"),
      network("169.254.0.0/16"), network("172.16.0.0/12"),  network("192.0.0.0/24"),  network("192.0.2.0/24"),
      network("192.88.99.0/24"), network("192.168.0.0/16"), network("198.18.0.0/15"), network("198.51.100.0/24"),
      network("203.0.113.0/24"), network("224.0.0.0/4"),    network("240.0.0.0/4"),   network("2001::/23"),
      network("2001:db8::/32"),  network("2002::/16"),      network("3fff::/20"),
  };
  return networks;
}

bool is_in(const std::vector<AddressGuard::Network>& networks, const Bytes& address) {
  return std::any_of(networks.begin(), networks.end(), [&](const auto& each) { return each.holds(address); });
}

}  // namespace

bool AddressGuard::Network::holds(const Bytes& other) const {
  for (unsigned i = 0, left = bits; left > 0; ++i, left -= std::min(left, 8U)) {
    const auto mask = static_cast<std::uint8_t>(left >= 8 ? 0xFFU : 0xFFU << (8U - left));
    if (((address[i] ^ other[i]) & mask) != 0) return false;
  }
  return true;
}

Result<AddressGuard> AddressGuard::allowing(std::string_view allowed) {
  AddressGuard guard;
  while (!allowed.empty()) {
    std::string_view word = allowed.substr(0, allowed.find(','));
    allowed.remove_prefix(std::min(word.size() + 1, allowed.size()));
    word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
    word = word.substr(0, word.find_last_not_of(' ') + 1);
    if (word.empty()) continue;
    const auto parsed = parse_network(word);
    if (!parsed)
      return fail(Errc::invalid_request, fmt::format("'{}' is no network, as in 10.0.0.0/8 or fd00::/8", word));
    guard.allowed_.push_back(*parsed);
  }
  return guard;
}

bool AddressGuard::allows(const sockaddr& address) const {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    const Bytes bytes = mapped(v4.sin_addr);
    return is_in(allowed_, bytes) || !is_in(special_networks(), bytes);
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  static const Network public_networks = network("2000::/3");
  const Bytes bytes = bytes_of(v6.sin6_addr);
  return is_in(allowed_, bytes) || (public_networks.holds(bytes) && !is_in(special_networks(), bytes));
}

}  // namespace platen::net
