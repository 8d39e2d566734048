// docs/openapi.json against those who check such documents, and against a whole Platen.
#include "tests/e2e/clients/npm_programs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"
#include "tests/support/webhook_target.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string document = PLATEN_SOURCE "/docs/openapi.json";

/// A new key of the tenant `acme`, as its bearer has it.
std::string make_key(Installation& platen, const std::vector<std::string>& more) {
  std::vector<std::string> command{PLATEN_BINARIES "/platen", "key",      "create", "--redis",
                                   platen.redis().url_text(), "--tenant", "acme"};
  command.insert(command.end(), more.begin(), more.end());
  const Output made = run(command);
  INFO(made.err);
  REQUIRE(made.exit_code == 0);
  return made.out.substr(0, made.out.find('\n'));
}

void expect_success(const std::string& program, const std::vector<std::string>& arguments) {
  const Output output = run(node_program(program, arguments), std::chrono::seconds(170));
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
}

}  // namespace

TEST_CASE("Redocly and Spectral have nothing to say against openapi.json") {
  expect_success("openapi_lint.mjs", {document});
}

TEST_CASE("every call and its answer are as openapi.json has them, by Prism's validating proxy") {
  WebhookTarget target;
  Installation platen({.front_arguments = {"--webhook-allow-private", "127.0.0.0/8"}});
  const std::string admin = make_key(platen, {"--scope", "admin"});
  const std::string reader = make_key(platen, {"--scope", "read"});
  const std::string limited = make_key(platen, {"--scope", "submit", "--submit-rate", "1/1h"});
  eventually([&] {
    return curl({"-o", "/dev/null", "-w", "%{http_code}", "-H", "Authorization: Bearer " + limited,
                 platen.url() + "/v1/session"}) == "200";
  });
  expect_success("openapi_proxy.mjs", {platen.url(), document, target.url("/ok"), admin, reader, limited});
}

TEST_CASE("openapi.json is understood as it is served, with the schema of a report beside it") {
  Installation platen({.has_worker = false});
  expect_success("openapi_lint.mjs", {platen.url() + "/openapi.json"});
}
