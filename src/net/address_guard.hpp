// Which addresses requests on behalf of others may go to.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "platen/error.hpp"

struct sockaddr;

namespace platen::net {

/// Refuses what is not the public internet (IANA's special-purpose registries): loopback, private, shared, link-local,
/// documentation, multicast, reserved and unspecified networks, and IPv6 that carries an IPv4 address, in it. Of IPv6
/// it knows 2000::/3 as public. A value. Threads: any.
class AddressGuard {
 public:
  /// Refuses all of these.
  AddressGuard() = default;
  /// `allowed`: networks that are allowed all the same, as `10.0.0.0/8,fd00::/8`; an IPv4 one is so in its IPv6 form
  /// (::ffff:0:0/96) too. `invalid_request` names the one that is none.
  [[nodiscard]] static Result<AddressGuard> allowing(std::string_view allowed);

  /// False for anything but IPv4 and IPv6.
  [[nodiscard]] bool allows(const sockaddr& address) const;

  /// An address of either kind as IPv6, IPv4 within ::ffff:0:0/96; only the first `bits` count.
  struct Network {
    std::array<std::uint8_t, 16> address{};
    unsigned bits = 0;
    [[nodiscard]] bool holds(const std::array<std::uint8_t, 16>& other) const;
  };

 private:
  std::vector<Network> allowed_;
};

}  // namespace platen::net
