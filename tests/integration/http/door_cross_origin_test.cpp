// What pages of other origins are told, on every way that an answer takes out of the door.
#include "tests/integration/http/running_door.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::test;

namespace {

const std::string ours = "https://app.example.com";

/// The answer's fields that the Fetch standard knows, as `name=value …`; Vary first.
std::string told(const RawAnswer& answer) {
  std::string text = answer.header("vary");
  for (const char* name : {"origin", "credentials", "methods", "max-age"}) {
    const std::string value = answer.header(std::string("access-control-allow-") + name);
    if (!value.empty()) text.append(" ").append(name).append("=").append(value);
  }
  return text;
}

RawAnswer ask(RunningDoor& door, const std::string& request) {
  RawHttp client = door.connect();
  client.send(request);
  return client.answer();
}

}  // namespace

TEST_CASE("a page of a named origin may read every answer: of handlers, of the door, of files", "[door]") {
  RunningDoor door(few_threads(), {}, http::CrossOrigin({"http://localhost:3000", ours}));
  const std::string origin = "Origin: " + ours + "\r\n";
  const std::string allowed = "Origin origin=" + ours + " credentials=true";
  for (const char* path : {"/hello", "/gone", "/boom", "/file", "/nothing", "/echo"}) {
    const RawAnswer answer = ask(door, get_request(path, origin));
    INFO(path << " " << answer.status);
    CHECK(told(answer) == allowed);
    CHECK(answer.header("access-control-expose-headers").find("Location") != std::string::npos);
  }
  // Refused by the door before a handler sees it.
  const RawAnswer refused = ask(door, "POST /echo HTTP/1.1\r\nHost: x\r\n" + origin +
                                          "Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n");
  CHECK(refused.status == 413);
  CHECK(told(refused) == allowed);
}

TEST_CASE("a preflight says which methods and fields the path takes", "[door]") {
  RunningDoor door(few_threads(), {}, http::CrossOrigin({ours}));
  const auto preflight = [&](const std::string& path, const std::string& origin) {
    return ask(door, "OPTIONS " + path + " HTTP/1.1\r\nHost: x\r\nOrigin: " + origin +
                         "\r\nAccess-Control-Request-Method: POST\r\n\r\n");
  };
  const RawAnswer answer = preflight("/echo", ours);
  CHECK(answer.status == 204);
  CHECK(answer.header("allow") == "OPTIONS, POST");
  CHECK(told(answer) == "Origin origin=" + ours + " credentials=true methods=OPTIONS, POST");
  CHECK(answer.header("access-control-allow-headers").find("Idempotency-Key") != std::string::npos);
  CHECK(answer.header("access-control-max-age") == "600");
  CHECK(preflight("/nothing", ours).status == 404);
  CHECK(told(preflight("/echo", "https://evil.example")) == "Origin");
}

TEST_CASE("no other page is told anything", "[door]") {
  RunningDoor door(few_threads(), {}, http::CrossOrigin({ours}));
  CHECK(told(ask(door, get_request("/hello"))) == "Origin");
  for (const std::string& other : {std::string("null"), std::string("*"), ours + ".evil.example", ours + ":444",
                                   std::string("http://app.example.com"), ours + "\r\nOrigin: " + ours})
    CHECK(told(ask(door, get_request("/hello", "Origin: " + other + "\r\n"))) == "Origin");
  RunningDoor closed;
  CHECK(told(ask(closed, get_request("/hello", "Origin: " + ours + "\r\n"))).empty());
}

TEST_CASE("an origin in the settings is one as browsers send it", "[door]") {
  for (const char* good :
       {"https://app.example.com", "http://localhost:3000", "https://[::1]:8443", "http://127.0.0.1"})
    CHECK(http::check_origin(good));
  for (const char* bad : {"*", "null", "", "https://", "app.example.com", "https://app.example.com/",
                          "https://a.example/x", "https://App.example.com", "ftp://a.example", "https://*.example.com"})
    CHECK_FALSE(http::check_origin(bad));
}
