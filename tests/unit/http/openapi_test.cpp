// docs/openapi.json and the routes say the same: neither can change without the other.
#include <regex>
#include <set>

#include "base/fd.hpp"
#include "codec/json.hpp"
#include "http/route_table.hpp"
#include "tests/unit/http/routes_fixture.hpp"

using namespace platen;
using codec::OrderedJson;
using platen::test::RoutesFixture;

namespace {

constexpr std::size_t any_bytes = 1 << 20;

const OrderedJson& document() {
  static const OrderedJson parsed =
      OrderedJson::parse(read_file(PLATEN_SOURCE "/docs/openapi.json", any_bytes).value());
  return parsed;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// `GET /v1/jobs/{id}` and what is said of it; the names in braces do not count.
std::map<std::string, OrderedJson> operations() {
  std::map<std::string, OrderedJson> all;
  for (const auto& [path, methods] : document().at("paths").items())
    for (const auto& [method, operation] : methods.items())
      all.emplace(upper(method) + " " + std::regex_replace(path, std::regex(R"(\{[^}]*\})"), "{id}"), operation);
  return all;
}

std::string scope_in(const OrderedJson& operation) {
  const std::string text = operation.at("description");
  const std::string before = "Needs the scope `";
  const std::size_t at = text.find(before);
  if (at == std::string::npos) return text.find("Needs a key of any scope.") == std::string::npos ? "" : "anyone";
  return text.substr(at + before.size(), text.find('`', at + before.size()) - at - before.size());
}

std::string scope_of(http::Needs needs) {
  switch (needs) {
    case http::Needs::nothing: return "";
    case http::Needs::anyone: return "anyone";
    case http::Needs::submit: return "submit";
    case http::Needs::read: return "read";
    case http::Needs::admin: break;
  }
  return "admin";
}

}  // namespace

TEST_CASE("every route is described in openapi.json, and nothing else is", "[openapi]") {
  RoutesFixture fixture;
  const http::RouteTable table(http::routes(fixture.services));
  std::set<std::string> served;
  for (const http::Route& route : table.routes()) served.insert(route.method + " " + route.pattern);
  std::set<std::string> described;
  for (const auto& [name, operation] : operations()) {
    const bool is_head = name.rfind("HEAD ", 0) == 0;  // which each GET has
    described.insert(is_head ? "GET" + name.substr(4) : name);
  }
  CHECK(described == served);
}

TEST_CASE("the description of a route says what it needs and whether it takes a body", "[openapi]") {
  RoutesFixture fixture;
  const http::RouteTable table(http::routes(fixture.services));
  const auto described = operations();
  for (const http::Route& route : table.routes()) {
    const std::string name = route.method + " " + route.pattern;
    INFO(name);
    REQUIRE(described.count(name) == 1);
    const OrderedJson& operation = described.at(name);
    const bool is_public = operation.contains("security") && operation.at("security").empty();
    const OrderedJson& answers = operation.at("responses");
    CHECK(is_public == (route.needs == http::Needs::nothing));
    CHECK(scope_in(operation) == scope_of(route.needs));
    CHECK(answers.contains("401") == !is_public);
    CHECK(operation.contains("requestBody") == (route.body != http::Body::none));
    CHECK(answers.contains("413") == (route.body != http::Body::none));
    for (const char* status : {"400", "421", "429", "431", "500", "503"}) CHECK(answers.contains(status));
  }
}

TEST_CASE("every code of an error that a client can get stands in openapi.json", "[openapi]") {
  std::set<std::string> described;
  for (const OrderedJson& code :
       document().at("components").at("schemas").at("Problem").at("properties").at("code").at("enum"))
    described.insert(code.get<std::string>());
  for (const std::string& name : described) CHECK((name_of(errc_from(name)) == name));
  for (int code = 0; code <= static_cast<int>(Errc::internal); ++code) {
    const auto errc = static_cast<Errc>(code);
    const bool is_a_workers = errc == Errc::lease_lost || errc == Errc::canceled || errc == Errc::renderer_died;
    INFO(name_of(errc));
    CHECK(described.count(std::string(name_of(errc))) == (is_a_workers ? 0 : 1));
  }
}

TEST_CASE("openapi.json is served with the schema of a report where that is served, and the page names it",
          "[openapi]") {
  RoutesFixture fixture;
  const auto answer = fixture.get("/openapi.json");
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Type") == "application/json");
  std::string expected = read_file(PLATEN_SOURCE "/docs/openapi.json", any_bytes).value();
  const std::string file = "\"report.schema.json";
  REQUIRE(expected.find(file) != std::string::npos);
  for (std::size_t at; (at = expected.find(file)) != std::string::npos;)
    expected.replace(at, file.size(), "\"v1/schema/report");
  CHECK((answer.body == expected));
  CHECK(fixture.get("/openapi.json", {{"If-None-Match", answer.header("ETag")}}).status == 304);
  CHECK(fixture.get("/").header("Link").find("<openapi.json>; rel=\"service-desc\"") == 0);
}
