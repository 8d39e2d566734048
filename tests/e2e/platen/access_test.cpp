// Keys, sessions, tickets and limits of a whole Platen, used with curl and the command line.
#include <signal.h>

#include <filesystem>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/collector.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"
#include "tests/support/raw_http.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string small_report = R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1},{"a":2}]}})";
const std::string late_report =
    R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},"options":{"delay_seconds":600}})";

std::string program() { return std::string(PLATEN_BINARIES) + "/platen"; }
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Output key_command(Installation& platen, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {program(), "key"});
  arguments.insert(arguments.end(), {"--redis", platen.redis().url_text()});
  return run(std::move(arguments));
}

std::string without_line_feed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// A new key of the tenant, as its bearer has it.
std::string make_key(Installation& platen, const std::string& tenant, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"create", "--tenant", tenant};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Output made = key_command(platen, arguments);
  INFO(made.err);
  REQUIRE(made.exit_code == 0);
  REQUIRE(made.out.starts_with("plk_"));
  return without_line_feed(made.out);
}

std::string id_of(const std::string& key) { return key.substr(4, 12); }
std::string bearer(const std::string& key) { return "Authorization: Bearer " + key; }

/// The status of an answer.
std::string status(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-o", "/dev/null", "-w", "%{http_code}"});
  return curl(std::move(arguments));
}

/// The front end has read the keys.
void await_key(const Installation& platen, const std::string& key) {
  eventually([&] {
    return status({"-H", bearer(key), platen.url() + "/v1/session"}) == "200" &&
           status({platen.url() + "/v1/session"}) == "401";
  });
}

std::string submit(const Installation& platen, const std::string& key, const std::string& body,
                   std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{
      "-H", bearer(key), "-H", "Content-Type: application/json", "-d", body, platen.url() + "/v1/jobs"};
  arguments.insert(arguments.begin(), more.begin(), more.end());
  return curl(std::move(arguments));
}

/// What `platend` with these flags ends with, which it must by itself.
Output run_front(Installation& platen, std::vector<std::string> more) {
  std::vector<std::string> command{std::string(PLATEN_BINARIES) + "/platend",
                                   "--redis",
                                   platen.redis().url_text(),
                                   "--data-dir",
                                   platen.folder() / "data",
                                   "--signing-key-file",
                                   platen.folder() / "signing.key"};
  command.insert(command.end(), more.begin(), more.end());
  return run(std::move(command));
}

}  // namespace

TEST_CASE("two tenants share a service and see nothing of each other") {
  Installation platen;
  const std::string acme = make_key(platen, "acme", {"--scope", "admin"});
  const std::string other = make_key(platen, "other", {"--scope", "admin"});
  await_key(platen, other);
  const std::string job = submit(platen, acme, small_report, {"-H", "Prefer: wait=25"});
  INFO(job << platen.logs());
  REQUIRE(text_field(job, "status") == "succeeded");
  const std::string path = platen.url() + "/v1/jobs/" + text_field(job, "id");
  for (const std::string& end : {std::string(), std::string("/events"), std::string("/result")}) {
    CHECK(status({"-H", bearer(other), path + end}) == "404");
    CHECK(status({path + end}) == "401");
  }
  CHECK(status({"-H", bearer(other), "-X", "DELETE", path}) == "404");
  CHECK_FALSE(has(curl({"-H", bearer(other), platen.url() + "/v1/jobs"}), text_field(job, "id")));
  CHECK_FALSE(has(curl({"-H", bearer(other), "-H", "Accept: application/json", platen.url() + "/v1/events?since=0"}),
                  text_field(job, "id")));

  // A place in one's listing is no right to it.
  (void)submit(platen, acme, small_report, {"-H", "Prefer: wait=25"});
  const std::string page = curl({"-H", bearer(acme), platen.url() + "/v1/jobs?limit=1"});
  const std::string rest = platen.url() + "/v1/jobs?cursor=" + text_field(page, "next_cursor");
  CHECK(has(curl({"-H", bearer(acme), rest}), text_field(job, "id")));
  CHECK_FALSE(has(curl({"-H", bearer(other), rest}), text_field(job, "id")));

  // The same idempotency key is another's own.
  const std::vector<std::string> repeatable{"-H", "Idempotency-Key: nightly"};
  const std::string first = submit(platen, acme, late_report, repeatable);
  const std::string others = submit(platen, other, late_report, repeatable);
  CHECK(text_field(first, "id") == text_field(submit(platen, acme, late_report, repeatable), "id"));
  CHECK(text_field(first, "id") != text_field(others, "id"));

  // An upload, whole and in parts.
  const std::string upload =
      text_field(curl({"-H", bearer(acme), "--data-binary", "a\n1\n", platen.url() + "/v1/uploads"}), "id");
  const std::string of_upload = R"({"report":{"title":"t"},"data":{"upload":")" + upload + "\"}}";
  CHECK(has(submit(platen, other, of_upload), "There is no such upload."));
  const std::string made = submit(platen, acme, of_upload, {"-H", "Prefer: wait=25"});
  CHECK(text_field(made, "status") == "succeeded");

  // The link needs no key, but is of its tenant.
  const std::string link = text_field(made, "url");
  CHECK(status({platen.url() + link}) == "200");
  CHECK(status({platen.url() + link.substr(0, link.rfind('=')) + "=other"}) == "403");

  const std::string stream = curl({"-N", platen.url() + text_field(made.substr(made.find("\"links\"")), "events")});
  CHECK(has(stream, "event: succeeded"));
}

TEST_CASE("a revoked key stops working, a rotated one when its time is over, and others go on") {
  Installation platen({.has_worker = false});
  const std::string revoked = make_key(platen, "acme");
  const std::string kept = make_key(platen, "acme", {"--name", "kept", "--expires", "90d"});
  await_key(platen, kept);
  const std::string session =
      curl({"-D", "-", "-o", "/dev/null", "-H", bearer(revoked), "-X", "POST", platen.url() + "/v1/session"});
  const std::size_t at = session.find("__Host-platen=");
  REQUIRE(at != std::string::npos);
  const std::string cookie = session.substr(at, session.find(';', at) - at);
  CHECK(status({"-H", "Cookie: " + cookie, platen.url() + "/v1/jobs"}) == "200");
  REQUIRE(key_command(platen, {"revoke", id_of(revoked)}).exit_code == 0);
  eventually([&] { return status({"-H", bearer(revoked), platen.url() + "/v1/jobs"}) == "401"; });
  CHECK(status({"-H", "Cookie: " + cookie, platen.url() + "/v1/jobs"}) == "401");
  CHECK(status({"-H", bearer(kept), platen.url() + "/v1/jobs"}) == "200");

  const Output rotated = key_command(platen, {"rotate", id_of(kept), "--overlap", "0"});
  REQUIRE(rotated.exit_code == 0);
  const std::string successor = without_line_feed(rotated.out);
  await_key(platen, successor);
  eventually([&] { return status({"-H", bearer(kept), platen.url() + "/v1/jobs"}) == "401"; });

  const Output listed = key_command(platen, {"list", "--tenant", "acme"});
  CHECK(has(listed.out, id_of(revoked) + "  acme  submit,read"));
  CHECK(has(listed.out, "ended"));
  for (const std::string& key : {revoked, kept, successor}) CHECK_FALSE(has(listed.out, key.substr(17)));
  CHECK(key_command(platen, {"revoke", "000000000000"}).exit_code == 2);
  CHECK(key_command(platen, {"create", "--tenant", "no spaces"}).exit_code == 2);
  CHECK(key_command(platen, {"create", "--tenant", "a", "--scope", "everything"}).exit_code == 2);
}

TEST_CASE("who follows jobs with a key that is revoked hears no more of them within a heartbeat") {
  Installation platen({.has_worker = false, .front_arguments = {"--heartbeat", "1s"}});
  const std::string key = make_key(platen, "acme");
  const std::string other = make_key(platen, "acme");
  await_key(platen, key);
  await_key(platen, other);
  const std::string job = text_field(curl({"-H", bearer(key), "-d", late_report, platen.url() + "/v1/jobs"}), "id");
  const std::string events = platen.url() + "/v1/jobs/" + job + "/events";
  Background one({"curl", "-sN", "-H", bearer(key), events});
  Background many({"curl", "-sN", "-H", bearer(key), platen.url() + "/v1/events?jobs=" + job});
  Background kept({"curl", "-sN", "-H", bearer(other), events});
  for (const Background* stream : {&one, &many, &kept})
    eventually([&] { return has(stream->out(), "event: delayed"); });
  REQUIRE(key_command(platen, {"revoke", id_of(key)}).exit_code == 0);
  CHECK(one.finish().exit_code == 0);
  CHECK(many.finish().exit_code == 0);
  CHECK(status({"-H", bearer(key), events}) == "401");
  const std::size_t heard = kept.out().size();
  eventually([&] { return kept.out().size() > heard; });
  kept.process().signal(SIGTERM);
  (void)kept.finish();
}

TEST_CASE("keys that are known go on while Redis is away, and one that is not is no wrong one") {
  Installation platen({.has_worker = false});
  const std::string known = make_key(platen, "acme");
  await_key(platen, known);
  platen.redis().kill9();
  const std::string unknown = "plk_000000000000_" + std::string(64, '0');
  // Whom it knows it tells of the queue; whom it does not, of keys.
  eventually([&] { return has(curl({"-H", bearer(known), platen.url() + "/v1/jobs"}), "\"code\":\"unavailable\""); });
  CHECK(status({"-H", bearer(known), platen.url() + "/v1/session"}) == "200");
  eventually([&] { return status({"-H", bearer(unknown), platen.url() + "/v1/session"}) == "503"; });
  platen.redis().restart();
  eventually([&] { return status({"-H", bearer(known), platen.url() + "/v1/jobs"}) == "200"; });
  eventually([&] { return status({"-H", bearer(unknown), platen.url() + "/v1/session"}) == "401"; });
}

TEST_CASE("what is not on loopback is not served without keys") {
  Installation platen({.has_worker = false});
  const Output refused = run_front(platen, {"--listen", "0.0.0.0:0"});
  CHECK(refused.exit_code == 78);
  CHECK(has(refused.err, "platen key create"));
  const std::string key = make_key(platen, "acme");
  const std::string port_file = platen.folder() / "exposed.port";
  Background front({std::string(PLATEN_BINARIES) + "/platend", "--redis", platen.redis().url_text(), "--data-dir",
                    platen.folder() / "data", "--signing-key-file", platen.folder() / "signing.key", "--listen",
                    "0.0.0.0:0", "--port-file", port_file});
  const std::string port = eventually([&]() -> std::optional<std::string> {
    const auto text = platen::read_file(port_file, 100);
    if (!text || !has(*text, "\n")) return std::nullopt;
    return without_line_feed(*text);
  });
  const std::string url = "http://127.0.0.1:" + port;
  eventually([&] { return run({"curl", "-sf", url + "/readyz"}).exit_code == 0; });
  CHECK(status({url + "/v1/jobs"}) == "401");
  CHECK(status({"-H", bearer(key), url + "/v1/jobs"}) == "200");
}

TEST_CASE("a page elsewhere cannot use a service on this machine") {
  Installation platen(
      {.has_worker = false,
       .front_arguments = {"--allow-origin", "https://app.example.com", "--allow-host", "reports.example.com"}});
  const std::string jobs = platen.url() + "/v1/jobs";
  const std::vector<std::string> form{"-F", "job=" + small_report.substr(0, 28) + "}", "-F", "data=a\n1", jobs};
  const auto post = [&](std::vector<std::string> fields) {
    fields.insert(fields.end(), form.begin(), form.end());
    return status(std::move(fields));
  };
  // A multipart form is what a page may send anywhere without asking first.
  CHECK(post({"-H", "Origin: https://evil.example"}) == "403");
  CHECK(post({"-H", "Origin: null"}) == "403");
  CHECK(post({"-H", "Sec-Fetch-Site: cross-site"}) == "403");
  CHECK(curl({platen.url() + "/v1/jobs"}) == R"({"data":[],"next_cursor":null})");
  CHECK(post({"-H", "Origin: https://app.example.com"}) == "202");
  CHECK(post({"-H", "Origin: " + platen.url(), "-H", "Sec-Fetch-Site: same-origin"}) == "202");
  CHECK(post({}) == "202");
  // A name of the page's own that leads here.
  CHECK(status({"-H", "Host: evil.example", jobs}) == "421");
  CHECK(status({"-H", "Host: reports.example.com", jobs}) == "200");
  RawHttp socket(platen.port());
  socket.send(get_request("/v1/ws",
                          "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://evil.example\r\n"));
  CHECK(socket.answer().status == 403);
}

TEST_CASE("a key's limit is told with each answer, and beyond it when to come back") {
  Installation platen({.has_worker = false});
  const std::string key = make_key(platen, "acme", {"--submit-rate", "2/1h"});
  const std::string other = make_key(platen, "acme");
  await_key(platen, other);
  const std::string first = submit(platen, key, late_report, {"-D", "-"});
  CHECK(has(first, "RateLimit-Policy: \"submits\";q=2;w=3600\r\n"));
  CHECK(has(first, "RateLimit: \"submits\";r=1;t=1800\r\n"));
  CHECK(has(submit(platen, key, late_report, {"-D", "-"}), "RateLimit: \"submits\";r=0;t="));
  const std::string refused = submit(platen, key, late_report, {"-D", "-"});
  CHECK(refused.starts_with("HTTP/1.1 429 "));
  CHECK(has(refused, "Retry-After: "));
  CHECK(has(refused, "RateLimit: \"submits\";r=0;t="));
  CHECK(has(refused, "\"code\":\"rate_limited\""));
  CHECK(has(submit(platen, other, late_report, {"-D", "-"}), "HTTP/1.1 202 "));
}

TEST_CASE("the command line sends the key that it is given, and never shows it") {
  Installation platen;
  const std::string key = make_key(platen, "acme");
  await_key(platen, key);
  const std::string file = platen.folder() / "key";
  REQUIRE(platen::write_file(file, key + "\n", 0600));
  REQUIRE(platen::write_file(platen.folder() / "orders.csv", orders_csv(30), 0600));
  const std::vector<std::string> command{program(),   "submit", platen.folder() / "orders.csv", "--title",
                                         "Orders",    "-o",     platen.folder() / "out.pdf",    "--server",
                                         platen.url()};
  const auto with = [&](std::vector<std::string> before, std::vector<std::string> after) {
    before.insert(before.end(), command.begin(), command.end());
    before.insert(before.end(), after.begin(), after.end());
    return run(std::move(before));
  };
  const Output refused = with({"env", "HOME=" + (platen.folder() / "nowhere")}, {});
  CHECK(refused.exit_code == 4);
  CHECK(has(refused.err, "API key"));
  const Output by_file = with({}, {"--key-file", file});
  INFO(by_file.err);
  CHECK(by_file.exit_code == 0);
  CHECK(with({"env", "PLATEN_API_KEY=" + key}, {}).exit_code == 0);
  std::filesystem::create_directories(platen.folder() / "home/.config/platen");
  std::filesystem::copy_file(file, platen.folder() / "home/.config/platen/api-key");
  CHECK(with({"env", "HOME=" + (platen.folder() / "home")}, {}).exit_code == 0);
  std::filesystem::permissions(file, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  const Output readable = with({}, {"--key-file", file});
  CHECK(readable.exit_code == 2);
  CHECK(has(readable.err, "chmod 600"));
  const Output broken = with({"env", "PLATEN_API_KEY=" + key + "0"}, {});
  CHECK(broken.exit_code == 2);
  CHECK_FALSE(has(broken.out + broken.err, key.substr(17)));
}

TEST_CASE("no secret stands in anything that is logged, counted, traced or answered in error") {
  Collector collector;
  const std::vector<std::string> traced{"--log-level",         "trace", "--otlp-endpoint", collector.endpoint(),
                                        "--otlp-sample-ratio", "1"};
  Installation platen({.front_arguments = traced, .worker_arguments = traced});
  const std::string key = make_key(platen, "acme", {"--scope", "admin"});
  await_key(platen, key);
  const std::string wrong = "plk_0123456789ab_" + std::string(60, 'd') + "beef";
  std::string said;
  std::vector<std::string> secrets{key.substr(17), wrong.substr(17)};
  const auto ask = [&](std::vector<std::string> arguments) {
    const std::string answer = curl(std::move(arguments));
    return answer;
  };
  const std::string job = submit(platen, key, small_report, {"-H", "Prefer: wait=25"});
  REQUIRE(text_field(job, "status") == "succeeded");
  const std::string link = text_field(job, "url");
  const std::string events = text_field(job.substr(job.find("\"links\"")), "events");
  secrets.push_back(link.substr(link.find("sig=") + 4, 43));
  secrets.push_back(events.substr(events.rfind('.') + 1));
  const std::string session =
      ask({"-D", "-", "-o", "/dev/null", "-H", bearer(key), "-X", "POST", platen.url() + "/v1/session"});
  const std::size_t at = session.find("__Host-platen=");
  const std::string cookie = session.substr(at, session.find(';', at) - at);
  secrets.push_back(cookie.substr(cookie.rfind('.') + 1));
  const std::string hook =
      ask({"-H", bearer(key), "-H", "Content-Type: application/json", "-d",
           R"({"url":"https://example.org/h?token=webhook-query-secret"})", platen.url() + "/v1/webhooks"});
  secrets.push_back(text_field(hook, "secret").substr(6));
  secrets.emplace_back("webhook-query-secret");
  const std::string signing_key = platen::read_file(platen.folder() / "signing.key", 4096).value();
  secrets.push_back(without_line_feed(signing_key).substr(signing_key.rfind(' ') + 1));

  // Each used as it should be, and in every wrong way.
  (void)ask({"-o", "/dev/null", platen.url() + link});
  (void)ask({"-N", platen.url() + events});
  (void)ask({"-H", "Cookie: " + cookie, platen.url() + "/v1/jobs"});
  said += ask({platen.url() + link + "0"});
  said += ask({platen.url() + "/d/x" + link.substr(link.find('?'))});
  said += ask({platen.url() + events + "0"});
  said += ask({platen.url() + "/v1/events" + events.substr(events.find('?'))});
  said += ask({"-H", "Cookie: " + cookie + "0", platen.url() + "/v1/jobs"});
  said += ask({"-H", bearer(wrong), platen.url() + "/v1/jobs"});
  said += ask({"-H", bearer(key) + "0", platen.url() + "/v1/jobs"});
  said += ask({"-H", bearer(key), "-d", "{", platen.url() + "/v1/jobs"});
  said += ask({"-H", bearer(key), platen.url() + "/v1/jobs?" + key});
  said += ask({"-H", bearer(key), "-d",
               R"({"report":{")"
               "titel"
               R"(":1}})",
               platen.url() + "/v1/jobs"});
  const std::string metrics = ask({"-H", bearer(key), platen.url() + "/metrics"});
  REQUIRE(has(metrics, "platen_http_requests_total"));
  said += metrics;
  REQUIRE(key_command(platen, {"revoke", id_of(key)}).exit_code == 0);
  eventually([&] { return status({"-H", bearer(key), platen.url() + "/v1/jobs"}) == "401"; });
  said += ask({"-H", bearer(key), platen.url() + "/v1/jobs"});
  said += run_front(platen, {"--print-config"}).out + key_command(platen, {"list", "--json"}).out;

  // At their end they send what they have recorded.
  for (platen::Process* const each : {&platen.front(), &platen.worker()}) {
    each->signal(SIGTERM);
    REQUIRE(each->wait(patience) == 0);
  }
  std::string traces;
  for (const SeenMessage& request : collector.requests()) traces += request.body;
  REQUIRE(has(traces, "GET /d/{id}"));
  REQUIRE(has(traces, "GET /v1/jobs/{id}/events"));
  said += traces;
  const std::string logs = platen.logs();
  REQUIRE(has(logs, "path=/d/"));
  REQUIRE(has(logs, "/events status=200"));
  REQUIRE(has(logs, "key=" + id_of(key)));
  for (const std::string& secret : secrets) {
    REQUIRE(secret.size() >= 20);
    INFO("a secret that begins with " << secret.substr(0, 6));
    CHECK_FALSE(has(logs, secret));
    CHECK_FALSE(has(said, secret));
  }
}
