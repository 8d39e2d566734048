// Signatures of webhooks, and what follows from answers.
#include "base/crypto.hpp"
#include "jobs/webhook_signature.hpp"
#include "jobs/webhook_verdict.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::jobs;
using namespace std::chrono_literals;
using test::has_text;
using Next = DeliveryReport::Next;

namespace {

const TimePoint noon{std::chrono::seconds(1614265330)};

DeliveryReport judged(std::uint32_t attempt, net::Receipt receipt, double share = 0.5, bool is_manual = false) {
  Delivery delivery;
  delivery.attempt = attempt;
  delivery.is_manual = is_manual;
  return judge(delivery, receipt, noon, webhook_schedule(), share);
}

net::Receipt answered(int status) { return {status, {}, 12ms, {}}; }

}  // namespace

TEST_CASE("the signature is that of Standard Webhooks' own example", "[jobs]") {
  // https://github.com/standard-webhooks/standard-webhooks, libraries/*/ tests
  const auto lines = webhook_headers({"msg_p5jXN8AQM9LWM0D4loKWxJek"}, noon, R"({"test": 2432232314})",
                                     {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"});
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek");
  CHECK(lines[1] == "webhook-timestamp: 1614265330");
  CHECK(lines[2] == "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("two secrets are two signatures, none is none", "[jobs]") {
  const std::string one = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const std::string two = "whsec_" + base64(std::vector<unsigned char>(32, 7));
  const auto first = webhook_headers({"msg_1"}, noon, "{}", {one}).at(2);
  const auto both = webhook_headers({"msg_1"}, noon, "{}", {one, two}).at(2);
  CHECK(both.substr(0, first.size() + 4) == first + " v1,");
  CHECK(webhook_headers({"msg_1"}, noon, "{}", {}).size() == 2);
}

TEST_CASE("a 2xx is success, all else is tried again over three days, then disables the subscription", "[jobs]") {
  for (const int status : {200, 201, 202, 204, 299}) CHECK(judged(1, answered(status)).next == Next::succeeded);
  std::chrono::milliseconds whole{0};
  for (std::uint32_t attempt = 1; attempt <= 9; ++attempt) {
    const DeliveryReport report = judged(attempt, answered(500));
    CHECK(report.next == Next::retry);
    CHECK(report.disable_reason.empty());
    CHECK(report.retry_in >= 5s);
    CHECK(report.retry_in <= 24h);
    whole += report.retry_in;
  }
  CHECK(whole > 72h);
  CHECK(whole < 80h);
  const DeliveryReport last = judged(10, answered(500));
  CHECK(last.next == Next::give_up);
  CHECK_THAT(last.disable_reason, has_text("10 times") && has_text("500"));
}

TEST_CASE("waits differ by chance, a tenth either way", "[jobs]") {
  CHECK(judged(1, answered(500), 0).retry_in == 4500ms);
  CHECK(judged(1, answered(500), 0.5).retry_in == 5s);
  CHECK(judged(1, answered(500), 1).retry_in == 5500ms);
}

TEST_CASE("a target may ask for a longer wait, up to a day", "[jobs]") {
  net::Receipt receipt = answered(429);
  receipt.retry_after = 3600s;
  CHECK(judged(1, receipt).retry_in == 1h);
  receipt.retry_after = std::chrono::seconds(1'000'000'000);
  CHECK(judged(1, receipt).retry_in == 24h);
  receipt.retry_after = 1s;
  CHECK(judged(1, receipt).retry_in == 5s);
}

TEST_CASE("410 disables at once", "[jobs]") {
  const DeliveryReport report = judged(1, answered(410));
  CHECK(report.next == Next::give_up);
  CHECK_THAT(report.disable_reason, has_text("gone"));
}

TEST_CASE("what a person sent is sent once and disables nothing", "[jobs]") {
  for (const int status : {500, 410}) {
    const DeliveryReport report = judged(20, answered(status), 0.5, true);
    CHECK(report.next == Next::give_up);
    CHECK(report.disable_reason.empty());
  }
}

TEST_CASE("the log says why", "[jobs]") {
  CHECK_THAT(judged(2, answered(302)).attempt, has_text("\"status\":302") && has_text("redirects are not followed"));
  CHECK_THAT(judged(2, {0, "The target's name is not known.", 7ms, {}}).attempt,
             has_text("\"status\":null") && has_text("name is not known") && has_text("\"duration_ms\":7") &&
                 has_text("\"attempt\":2"));
  CHECK_THAT(judged(1, answered(204)).attempt, has_text("\"error\":null"));
}
