// Which addresses are not for requests on behalf of others.
#include "net/address_guard.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::net;

namespace {

bool allows(const AddressGuard& guard, const char* text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) return guard.allows(reinterpret_cast<const sockaddr&>(v4));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  REQUIRE(::inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
  return guard.allows(reinterpret_cast<const sockaddr&>(v6));
}

}  // namespace

TEST_CASE("what is not the public internet is refused", "[net]") {
  const AddressGuard guard;
  for (const char* const refused : {"0.0.0.0",
                                    "0.1.2.3",
                                    "10.0.0.1",
                                    "10.255.255.255",
                                    "100.64.0.1",
                                    "100.127.255.255",
                                    "127.0.0.1",
                                    "127.255.255.254",
                                    "169.254.169.254",
                                    "172.16.0.1",
                                    "172.31.255.255",
                                    "192.0.0.8",
                                    "192.0.2.1",
                                    "192.168.0.1",
                                    "198.18.0.1",
                                    "198.19.255.255",
                                    "198.51.100.7",
                                    "203.0.113.7",
                                    "224.0.0.1",
                                    "239.255.255.255",
                                    "240.0.0.1",
                                    "255.255.255.255",
                                    "::",
                                    "::1",
                                    "::ffff:127.0.0.1",
                                    "::ffff:8.8.8.8",
                                    "::127.0.0.1",
                                    "64:ff9b::7f00:1",
                                    "64:ff9b::808:808",
                                    "100::1",
                                    "2001::1",
                                    "2001:db8::1",
                                    "2002:7f00:1::",
                                    "3fff::1",
                                    "fc00::1",
                                    "fd12:3456::1",
                                    "fe80::1",
                                    "fec0::1",
                                    "ff02::1",
                                    "4000::1"}) {
    INFO(refused);
    CHECK_FALSE(allows(guard, refused));
  }
  for (const char* const allowed : {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
                                    "126.255.255.255", "128.0.0.1", "172.15.255.255", "172.32.0.0", "192.167.255.255",
                                    "192.169.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1"}) {
    INFO(allowed);
    CHECK(allows(guard, allowed));
  }
}

TEST_CASE("networks that are named are allowed, in IPv6 form too, and nothing beside them", "[net]") {
  const auto guard = AddressGuard::allowing("10.1.0.0/16, 127.0.0.1,fd00::/8");
  REQUIRE(guard);
  for (const char* const allowed : {"10.1.2.3", "::ffff:10.1.2.3", "127.0.0.1", "fd00::1", "fdff::1", "8.8.8.8"}) {
    INFO(allowed);
    CHECK(allows(*guard, allowed));
  }
  for (const char* const refused : {"10.2.0.1", "127.0.0.2", "fc00::1", "::1", "::ffff:10.2.0.1"}) {
    INFO(refused);
    CHECK_FALSE(allows(*guard, refused));
  }
  const auto all = AddressGuard::allowing("0.0.0.0/0,::/0");
  REQUIRE(all);
  CHECK(allows(*all, "192.168.1.1"));
  CHECK(allows(*all, "::1"));
  CHECK(allows(AddressGuard::allowing("").value(), "10.1.2.3") == false);
}

TEST_CASE("what is no network is named", "[net]") {
  for (const char* const none : {"10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/8x", "10.0.0", "localhost", "/8",
                                 "10.0.0.0/-1", "10.0.0.0/8;10.1.0.0/16"}) {
    INFO(none);
    const auto guard = AddressGuard::allowing(std::string("127.0.0.0/8,") + none);
    REQUIRE_FALSE(guard);
    CHECK_THAT(guard.error().detail, test::has_text(none));
  }
}

TEST_CASE("an address of another kind is refused", "[net]") {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  CHECK_FALSE(AddressGuard::allowing("0.0.0.0/0,::/0")->allows(reinterpret_cast<const sockaddr&>(local)));
}
