// Webhooks from a whole Platen, received by others' code.
#include <signal.h>

#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"
#include "tests/support/webhook_target.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const InstallationOptions loopback_allowed{
    .front_arguments = {"--webhook-allow-private", "127.0.0.0/8", "--webhook-timeout", "2s"}};
const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::string send(const std::string& method, const std::string& url, const std::string& body = "{}") {
  return curl({"-X", method, "-H", "Content-Type: application/json", "-d", body, url});
}

/// Makes a small report and waits for its end; its id.
std::string make_report(const Installation& platen, const std::string& options = "{}") {
  const std::string job = curl({"-H", "Prefer: wait=25", "-H", "Content-Type: application/json", "-d",
                                R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},"options":)" + options + "}",
                                platen.url() + "/v1/jobs"});
  INFO(job << platen.logs());
  REQUIRE(text_field(job, "status") == "succeeded");
  return text_field(job, "id");
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The example's receiver.
class Receiver {
 public:
  explicit Receiver(const std::string& key)
      : program_({"env", "PLATEN_WEBHOOK_SECRET=" + key, "python3",
                  std::string(PLATEN_SOURCE) + "/examples/clients/webhook_receiver.py", "0"}) {
    url_ = eventually([&]() -> std::optional<std::string> {
      const std::string out = program_.out();
      if (!has(out, "\n")) return std::nullopt;
      return "http://127.0.0.1:" + out.substr(10, out.find('\n') - 10) + "/";
    });
  }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] std::string out() const { return program_.out(); }

 private:
  Background program_;
  std::string url_;
};

/// What openssl says the signature of a message is.
std::string signature_by_openssl(const SeenMessage& message, const std::string& key) {
  const std::string command =
      "printf '%s' \"$CONTENT\" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '%s' '" + key.substr(6) +
      "' | base64 -d | od -An -tx1 | tr -d ' \\n') -binary | base64";
  const std::string content = "CONTENT=" + message.headers.at("webhook-id") + "." +
                              message.headers.at("webhook-timestamp") + "." + message.body;
  const Output output = run({"env", content, "sh", "-c", command});
  return output.out.substr(0, output.out.find('\n'));
}

}  // namespace

TEST_CASE("a job's callback reaches the example's receiver, which finds its signature right") {
  const Receiver receiver(secret);
  Installation platen(loopback_allowed);
  const std::string id =
      make_report(platen, R"({"callback":{"url":")" + receiver.url() + R"(","secret":")" + secret + "\"}}");
  const std::string line = eventually([&]() -> std::optional<std::string> {
    const std::string out = receiver.out();
    const std::size_t at = out.find("job.succeeded " + id + " ");
    if (at == std::string::npos || !has(out.substr(at), "\n")) return std::nullopt;
    return out.substr(at, out.find('\n', at) - at);
  });
  const std::string link = line.substr(line.rfind(' ') + 1);
  const std::string pdf = platen.folder() / "out.pdf";
  (void)curl({"-f", "-o", pdf, platen.url() + link});
  CHECK(run({"qpdf", "--check", pdf}).exit_code == 0);
  CHECK_FALSE(has(platen.logs(), secret));
}

TEST_CASE("the example's receiver takes no message that is signed otherwise") {
  const Receiver receiver("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  Installation platen(loopback_allowed);
  (void)make_report(platen, R"({"callback":{"url":")" + receiver.url() + R"(","secret":")" + secret + "\"}}");
  eventually([&] { return has(platen.logs(), "The target answers 401."); });
  CHECK_FALSE(has(receiver.out(), "job.succeeded"));
}

TEST_CASE("a subscription is signed as openssl would, with two secrets while one rotates") {
  WebhookTarget target;
  Installation platen(loopback_allowed);
  const std::string made = send("POST", platen.url() + "/v1/webhooks", R"({"url":")" + target.url("/ok") + "\"}");
  const std::string webhook = platen.url() + "/v1/webhooks/" + text_field(made, "id");
  const std::string first = text_field(made, "secret");
  (void)make_report(platen);
  eventually([&] { return target.seen().size() == 1; });
  const SeenMessage message = target.seen()[0];
  CHECK(message.headers.at("webhook-signature") == "v1," + signature_by_openssl(message, first));

  const std::string second = text_field(send("POST", webhook + "/rotate"), "secret");
  REQUIRE(second != first);
  CHECK(text_field(send("POST", webhook + "/test"), "type") == "webhook.test");
  eventually([&] { return target.seen().size() == 2; });
  const SeenMessage test = target.seen()[1];
  CHECK(test.headers.at("webhook-signature") ==
        "v1," + signature_by_openssl(test, second) + " v1," + signature_by_openssl(test, first));

  const std::string log = eventually([&]() -> std::optional<std::string> {
    std::string text = curl({webhook + "/deliveries"});
    if (has(text, "\"pending\"")) return std::nullopt;
    return text;
  });
  CHECK(has(log, message.headers.at("webhook-id")));
  CHECK(has(log, R"("status":200)"));
  for (const std::string& text : {log, curl({webhook}), curl({platen.url() + "/v1/webhooks"}), platen.logs()}) {
    CHECK_FALSE(has(text, first));
    CHECK_FALSE(has(text, second));
  }
  CHECK(send("DELETE", webhook).empty());
  CHECK(curl({"-o", "/dev/null", "-w", "%{http_code}", webhook}) == "404");
}

TEST_CASE("a front end killed with a message under way loses nothing: the next sends it under the same id") {
  WebhookTarget target;
  Installation platen(loopback_allowed);
  const std::string made = send("POST", platen.url() + "/v1/webhooks", R"({"url":")" + target.url("/hang") + "\"}");
  const std::string webhook = platen.url() + "/v1/webhooks/" + text_field(made, "id");
  const std::string id = make_report(platen);
  eventually([&] { return target.seen().size() == 1; });
  platen.front().signal(SIGKILL);
  (void)platen.front().wait(patience);
  platen.start_front();
  (void)send("PATCH", webhook, R"({"url":")" + target.url("/ok") + "\"}");
  eventually([&] { return !target.seen("/ok").empty(); });
  const SeenMessage again = target.seen("/ok")[0];
  CHECK(again.headers.at("webhook-id") == target.seen("/hang")[0].headers.at("webhook-id"));
  CHECK(has(again.body, id));
}

TEST_CASE("a job that ends while no front end runs is told of when one does") {
  WebhookTarget target;
  Installation platen(loopback_allowed);
  (void)send("POST", platen.url() + "/v1/webhooks", R"({"url":")" + target.url("/ok") + "\"}");
  platen.worker().signal(SIGSTOP);
  const std::string id = text_field(
      send("POST", platen.url() + "/v1/jobs", R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]}})"), "id");
  platen.front().signal(SIGKILL);
  (void)platen.front().wait(patience);
  platen.worker().signal(SIGCONT);
  eventually([&] {
    const platen::redis::Reply state = platen.redis()({"HGET", "platen:{0}:job:" + id, "state"});
    return platen::redis::Value(state).text() == "succeeded";
  });
  CHECK(target.seen().empty());
  platen.start_front();
  eventually([&] { return target.seen().size() == 1; });
  CHECK(has(target.seen()[0].body, id));
}

TEST_CASE("private targets are refused unless they are allowed") {
  WebhookTarget target;
  Installation platen;
  (void)make_report(platen, R"({"callback":")" + target.url("/ok") + "\"}");
  eventually([&] { return has(platen.logs(), "not on the public internet"); });
  CHECK(target.seen().empty());
}
