// Targets of webhooks that hang, refuse, redirect or answer 500.
#include <map>

#include "tests/e2e/faults/fault_fixture.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/webhook_target.hpp"

namespace platen::test {

TEST_CASE("bad targets of webhooks hold up no other, and get all there was once they are mended", "[faults]") {
  WebhookTarget good;
  WebhookTarget bad;      // a host of its own: what hangs there takes its own places
  WebhookTarget hanging;  // … and one more
  Fleet fleet;
  const std::vector<std::string> arguments{"--webhook-allow-private", "127.0.0.0/8", "--webhook-timeout", "1s"};
  fleet.add_front({.redis_url = {}, .environment = {}, .arguments = arguments});
  fleet.add_front({.redis_url = {}, .environment = {}, .arguments = arguments});
  fleet.add_worker();
  const std::string webhooks = fleet.url(0) + "/v1/webhooks";
  std::map<std::string, std::string> bad_ones;  // what it is -> its id
  const auto subscribe = [&](const std::string& url) {
    return text_field(curl({"-f", "--json", R"({"url":")" + url + "\"}", webhooks}), "id");
  };
  REQUIRE(!subscribe(good.url("/ok")).empty());
  bad_ones["hangs"] = subscribe(hanging.url("/hang"));
  bad_ones["refuses"] = subscribe("http://127.0.0.1:" + std::to_string(free_port()) + "/");
  bad_ones["redirects"] = subscribe(bad.url("/redirect"));
  bad_ones["fails"] = subscribe(bad.url("/status-500"));
  bad_ones["closes"] = subscribe(bad.url("/close"));

  constexpr int jobs = 12;
  Promises promises;
  for (int i = 0; i < jobs; ++i)
    promises.acknowledged.insert(submitted(fleet, small_report("Orders"), "key-" + std::to_string(i)));
  for (const std::string& job : promises.acknowledged) CHECK(end_of(fleet, job) == "succeeded");
  const auto has_all = [&](const std::string& path) {
    std::set<std::string> told;
    for (const SeenMessage& message : good.seen(path)) told.insert(text_field(message.body, "id"));
    return told == promises.acknowledged;
  };
  eventually([&] { return has_all("/ok"); });
  for (const auto& [what, id] : bad_ones) {
    INFO(what << "\n" << fleet.logs());
    // Nothing was delivered, nothing is given up, and none followed a redirect.
    eventually([&] {
      const std::string log = curl({webhooks + "/" + id + "/deliveries?limit=200"});
      return log.find("\"attempts\":[{\"attempt\":1") != std::string::npos;
    });
    const std::string log = curl({webhooks + "/" + id + "/deliveries?limit=200"});
    CHECK(log.find("\"succeeded\"") == std::string::npos);
    CHECK(log.find("\"failed\"") == std::string::npos);
  }
  CHECK(bad.seen("/ok").empty());

  for (const auto& [what, id] : bad_ones) {
    const std::string mended = R"({"url":")" + good.url("/mended-" + what) + "\"}";
    REQUIRE(call({"-X", "PATCH", "--json", mended, webhooks + "/" + id}).status == 200);
  }
  for (const auto& [what, id] : bad_ones) {
    INFO(what << "\n" << fleet.logs());
    CHECK(eventually([&, what = what] {
      hurry_webhooks(fleet);
      return has_all("/mended-" + what);
    }));
  }
  CHECK(fleet.broken(promises) == nothing);
}

}  // namespace platen::test
