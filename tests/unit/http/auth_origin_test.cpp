#include "http/auth/origin.hpp"
#include "tests/support/catch.hpp"

using namespace platen::http;

TEST_CASE("a service answers to localhost, addresses, its public name and those that are allowed", "[auth]") {
  const HostNames names({"platen.internal"}, "https://reports.example.com:8443/base");
  for (const char* const host :
       {"", "localhost", "LOCALHOST:8080", "localhost.", "127.0.0.1:8080", "[::1]:8080", "[::1]", "10.1.2.3",
        "platen.internal:80", "reports.example.com", "reports.example.com:1"})
    CHECK(names.include(host));
  for (const char* const host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "platen.internal.",
                                 "reports.example.com.evil.example", "xlocalhost", "1.2.3.4a", "."}) {
    if (std::string_view(host) == "platen.internal.") continue;  // the same name, written in full
    CHECK_FALSE(names.include(host));
  }
  CHECK(names.include("platen.internal."));
  CHECK_FALSE(HostNames().include("reports.example.com"));
}

TEST_CASE("a page is the service's own by host and port, or by the public URL", "[auth]") {
  CHECK(is_own_origin("http://localhost:8080", "localhost:8080", ""));
  CHECK(is_own_origin("https://reports.example.com", "reports.example.com:443", ""));
  CHECK(is_own_origin("https://reports.example.com", "10.0.0.1:8080", "https://reports.example.com"));
  CHECK_FALSE(is_own_origin("http://localhost:3000", "localhost:8080", ""));
  CHECK_FALSE(is_own_origin("https://evil.example", "localhost:8080", "https://reports.example.com"));
  CHECK_FALSE(is_own_origin("null", "localhost", ""));
}

TEST_CASE("a host's name is allowed by its name alone", "[auth]") {
  CHECK(check_host_name("reports.example.com"));
  for (const char* const text : {"", "*", "*.example.com", "https://example.com", "example.com:80", "Example.com"})
    CHECK_FALSE(check_host_name(text));
}
