// Redis over TLS: platend's own, and stunnel's for all else.
#include <fmt/format.h>

#include "tests/e2e/faults/fault_fixture.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/loopback.hpp"

namespace platen::test {

namespace {

/// A fleet's redis-server that also listens for TLS.
class Encrypted {
 public:
  Encrypted()
      : fleet({.arguments = {"--tls-port", std::to_string(port), "--tls-cert-file", certificates.certificate(),
                             "--tls-key-file", certificates.key(), "--tls-ca-cert-file", certificates.authority(),
                             "--tls-auth-clients", "no"}}) {}

  void expect_a_job_done(const std::string& redis_url) {
    fleet.add_front({.redis_url = redis_url});
    fleet.add_worker({.redis_url = redis_url});
    INFO(fleet.logs());
    const std::string job = submitted(fleet, small_report("Orders"), "key");
    CHECK(end_of(fleet, job) == "succeeded");
    const auto events = events_in(curl({"-N", "-m", "20", fleet.url(0) + "/v1/jobs/" + job + "/events"}));
    REQUIRE(!events.empty());
    CHECK(events.back().event == "succeeded");
  }

  const std::uint16_t port = free_port();
  const Certificates certificates;
  Fleet fleet;
};

}  // namespace

TEST_CASE("a job is done over a Redis that speaks TLS", "[faults]") {
  Encrypted platen;
  platen.expect_a_job_done(fmt::format("rediss://localhost:{}/0?ca={}", platen.port, platen.certificates.authority()));
}

TEST_CASE("a job is done over stunnel, as operations.md has it", "[faults]") {
  Encrypted platen;
  const std::uint16_t port = free_port();
  const std::string file = platen.fleet.folder() / "stunnel.conf";
  REQUIRE(write_file(file,
                     fmt::format("foreground = yes\npid =\n[redis]\nclient = yes\naccept = 127.0.0.1:{}\n"
                                 "connect = 127.0.0.1:{}\nCAfile = {}\nverifyChain = yes\ncheckHost = localhost\n",
                                 port, platen.port, platen.certificates.authority()),
                     0600));
  Background stunnel({"stunnel4", file});
  platen.expect_a_job_done(fmt::format("redis://127.0.0.1:{}/0", port));
}

}  // namespace platen::test
