// What a courier makes of targets that misbehave.
#include "net/courier.hpp"

#include <cstdlib>
#include <future>
#include <memory>

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/webhook_target.hpp"

using namespace platen;
using namespace platen::net;
using namespace std::chrono_literals;
using test::has_text;
using test::WebhookTarget;

namespace {

AddressGuard loopback_allowed() { return AddressGuard::allowing("127.0.0.0/8").value(); }

struct Pending {
  std::future<Receipt> receipt;
  [[nodiscard]] bool is_there() const { return receipt.wait_for(0s) == std::future_status::ready; }
};

Pending begin(Courier& courier, const std::string& url, std::chrono::milliseconds timeout = 10s) {
  auto promise = std::make_shared<std::promise<Receipt>>();
  Pending pending{promise->get_future()};
  courier.send({url, {"X-Test: yes"}, "the body", timeout},
               [promise](Receipt receipt) { promise->set_value(receipt); });
  return pending;
}

Receipt send(Courier& courier, const std::string& url, std::chrono::milliseconds timeout = 10s) {
  Pending pending = begin(courier, url, timeout);
  test::eventually([&] { return pending.is_there(); });
  return pending.receipt.get();
}

}  // namespace

TEST_CASE("a message arrives as it is, and its answer's status comes back", "[net]") {
  WebhookTarget target;
  Courier courier(loopback_allowed());
  const Receipt receipt = send(courier, target.url("/ok?a=b"));
  CHECK(receipt.status == 200);
  CHECK(receipt.error.empty());
  const auto seen = target.seen();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].path == "/ok?a=b");
  CHECK(seen[0].body == "the body");
  CHECK(seen[0].headers.at("x-test") == "yes");
  CHECK(seen[0].headers.count("expect") == 0);
  CHECK(send(courier, target.url("/status-418")).status == 418);
  CHECK(send(courier, target.url("/busy-7")).retry_after == 7s);
}

TEST_CASE("a redirect is not followed", "[net]") {
  WebhookTarget target;
  Courier courier(loopback_allowed());
  CHECK(send(courier, target.url("/redirect")).status == 302);
  CHECK(target.seen().size() == 1);
}

TEST_CASE("targets that give no answer are told apart", "[net]") {
  WebhookTarget target;
  Courier courier(loopback_allowed());
  const auto error_of = [&](const std::string& url) {
    const Receipt receipt = send(courier, url, 300ms);
    CHECK(receipt.status == 0);
    return receipt.error;
  };
  CHECK_THAT(error_of(target.url("/hang")), has_text("no answer within 0.3 s"));
  CHECK_THAT(error_of(target.url("/close")), has_text("closed the connection"));
  CHECK_THAT(error_of("http://127.0.0.1:1/"), has_text("refuses the connection"));
  CHECK_THAT(error_of("ftp://127.0.0.1/"), has_text("no http or https"));
  CHECK_THAT(error_of("https://" + target.host_and_port() + "/ok"), has_text("TLS") || has_text("answer"));
}

TEST_CASE("an answer counts by its status, however much or little of it comes", "[net]") {
  WebhookTarget target;
  Courier courier(loopback_allowed());
  CHECK(send(courier, target.url("/huge")).status == 200);
  CHECK(send(courier, target.url("/cut")).status == 200);
  CHECK(send(courier, target.url("/drip"), 300ms).status == 200);
}

TEST_CASE("addresses that the guard refuses are not connected to, by number or by name", "[net]") {
  WebhookTarget target;
  Courier courier{AddressGuard()};
  const std::string port = target.host_and_port().substr(target.host_and_port().find(':'));
  for (const char* const host :
       {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1", "127.1"}) {
    INFO(host);
    const Receipt receipt = send(courier, std::string("http://") + host + port + "/ok");
    CHECK(receipt.status == 0);
    CHECK_THAT(receipt.error, has_text("not on the public internet"));
  }
  CHECK(target.seen().empty());
}

TEST_CASE("the environment's proxy is not asked", "[net]") {
  WebhookTarget target;
  WebhookTarget proxy;
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  ::setenv("ALL_PROXY", proxy.url("").c_str(), 1);
  Courier courier(loopback_allowed());
  CHECK(send(courier, target.url("/ok")).status == 200);
  CHECK(proxy.seen().empty());
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}

TEST_CASE("one that hangs holds up nobody, what is under way at the end is dropped", "[net]") {
  WebhookTarget target;
  Pending hanging;
  {
    Courier courier(loopback_allowed());
    hanging = begin(courier, target.url("/hang"), 60s);
    for (int i = 0; i < 20; ++i) CHECK(send(courier, target.url("/ok")).status == 200);
    CHECK_FALSE(hanging.is_there());
  }
  CHECK_THROWS_AS(hanging.receipt.get(), std::future_error);
}
