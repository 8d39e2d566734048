// Requests over real sockets: heads, bodies, routing, keep-alive.
#include "tests/integration/http/refusals.hpp"
#include "tests/integration/http/running_door.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

using namespace platen;
using namespace platen::test;

TEST_CASE("a GET is answered, and the connection kept for the next", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  for (int i = 0; i < 3; ++i) {
    client.send(get_request("/hello"));
    const RawAnswer answer = client.answer();
    CHECK(answer.status == 200);
    CHECK(answer.body == "hello");
    CHECK(answer.header("connection").empty());
    CHECK(answer.header("keep-alive").empty());
  }
  CHECK(door.stats().accepted == 1);
}

TEST_CASE("what a head may not be is refused with a problem, and the connection ends", "[door]") {
  struct Case {
    const char* what;
    std::string bytes;
    int status;
  };
  const std::string host = "Host: localhost\r\n";
  const auto with = [&](const std::string& lines) { return "GET /hello HTTP/1.1\r\n" + host + lines + "\r\n"; };
  const auto post = [&](const std::string& lines) { return "POST /echo HTTP/1.1\r\n" + host + lines + "\r\n"; };
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  std::string large;
  for (int i = 0; i < 9; ++i) large += "X-" + std::to_string(i) + ": " + std::string(4000, 'a') + "\r\n";
  const std::vector<Case> cases{
      {"no Host", "GET /hello HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", with(host), 400},
      {"a Host that is none", "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"a Host with a path", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"an empty Host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"length and coding", post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"two lengths", post("Content-Length: 2\r\nContent-Length: 2\r\n"), 400},
      {"a list of lengths", post("Content-Length: 2, 2\r\n"), 400},
      {"a signed length", post("Content-Length: +2\r\n"), 400},
      {"a hexadecimal length", post("Content-Length: 0x2\r\n"), 400},
      {"an empty length", post("Content-Length:\r\n"), 400},
      {"a length beyond numbers", post("Content-Length: 99999999999999999999\r\n"), 413},
      {"another coding", post("Transfer-Encoding: gzip, chunked\r\n"), 501},
      {"two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"a coding in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"a folded field", with("X-A: b\r\n c\r\n"), 400},
      {"a space before the colon", with("X-A : b\r\n"), 400},
      {"a field without a colon", with("X-A\r\n"), 400},
      {"a field without a name", with(": b\r\n"), 400},
      {"a bare LF", "GET /hello HTTP/1.1\nHost: localhost\r\n\r\n", 400},
      {"a bare CR", with("X-A: b\rc\r\n"), 400},
      {"a NUL", with(std::string("X-A: b\0c\r\n", 10)), 400},
      {"a control character", with("X-A: b\x01\r\n"), 400},
      {"HTTP/2.0", "GET /hello HTTP/2.0\r\n" + host + "\r\n", 505},
      {"HTTP/0.9", "GET /hello\r\n\r\n", 400},
      {"a version in lower case", "GET /hello http/1.1\r\n" + host + "\r\n", 400},
      {"a space in the target", "GET /he llo HTTP/1.1\r\n" + host + "\r\n", 400},
      {"an escaped CR", "GET /hello%0d HTTP/1.1\r\n" + host + "\r\n", 400},
      {"an escaped LF in the query", "GET /hello?q=%0a HTTP/1.1\r\n" + host + "\r\n", 400},
      {"an escaped NUL", "GET /hello%00 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"a broken escape", "GET /hello%2 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"a fragment", "GET /hello#a HTTP/1.1\r\n" + host + "\r\n", 400},
      {"a target that is no path", "GET hello HTTP/1.1\r\n" + host + "\r\n", 400},
      {"a method that is no word", "G(T /hello HTTP/1.1\r\n" + host + "\r\n", 400},
      {"another expectation", post("Content-Length: 2\r\nExpect: miracles\r\n"), 417},
      {"a compressed body", post("Content-Length: 2\r\nContent-Encoding: gzip\r\n"), 415},
      {"a long path", "GET /" + std::string(1024, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
      {"a long request line", "GET /?" + std::string(8192, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
      {"a long field", with("X-A: " + std::string(8192, 'a') + "\r\n"), 431},
      {"too many fields", with(many), 431},
      {"a large head", with(large), 431},
      {"a JSON body that is too large", post("Content-Length: 1048577\r\n"), 413},
      {"a body of no JSON type", post("Content-Type: text/csv\r\nContent-Length: 2\r\n"), 415},
      {"a chunk size that is none", post("Transfer-Encoding: chunked\r\n") + "zz\r\n", 400},
      {"a chunk without its end", post("Transfer-Encoding: chunked\r\n") + "1\r\nab\r\n", 400},
      {"a chunk size beyond numbers", post("Transfer-Encoding: chunked\r\n") + "ffffffffffffffff\r\n", 400},
  };
  RunningDoor door;
  for (const Case& each : cases) {
    CAPTURE(each.what);
    RawHttp client = door.connect();
    client.send_what_goes(each.bytes);
    check_problem(client.answer(), each.status);
    CHECK(client.is_closed());
  }
}

TEST_CASE("a request is understood wherever its bytes are split", "[door]") {
  RunningDoor door;
  const std::string text =
      "\r\nPOST /echo?a=b HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4;x=y\r\n[1,2\r\n2\r\n,3\r\n1\r\n]\r\n0\r\nTrailer: x\r\n\r\n" +
      get_request("/hello");
  for (std::size_t split = 1; split < text.size(); ++split) {
    CAPTURE(split);
    RawHttp client = door.connect();
    client.send(text.substr(0, split));
    // The first part is read on its own: the door has answered nothing of what follows it.
    client.send(text.substr(split));
    CHECK(client.answer().body == "[1,2,3]");
    CHECK(client.answer().body == "hello");
  }
  RawHttp client = door.connect();
  for (const char c : text) client.send({&c, 1});
  CHECK(client.answer().body == "[1,2,3]");
  CHECK(client.answer().body == "hello");
}

TEST_CASE("pipelined requests are answered in their order", "[door]") {
  RunningDoor door;
  const std::string three =
      get_request("/items/one") + post_request("/echo", "application/json", "[2]") + get_request("/items/three");
  RawHttp client = door.connect();
  client.send(three);
  CHECK(client.answer().body == "\"one\"");
  CHECK(client.answer().body == "[2]");
  CHECK(client.answer().body == "\"three\"");
  std::string many;
  for (int i = 0; i < 500; ++i) many += get_request("/items/n" + std::to_string(i));
  client.send(many);
  for (int i = 0; i < 500; ++i) REQUIRE(client.answer().body == "\"n" + std::to_string(i) + "\"");
  many.clear();
  for (int i = 0; i < 1000; ++i) many += "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(many);
  for (int i = 0; i < 1000; ++i) REQUIRE(client.answer().status == 204);
}

TEST_CASE("idle and dripping connections keep nobody from being answered", "[door]") {
  RunningDoor door;
  std::vector<RawHttp> idle;
  for (int i = 0; i < 100; ++i) idle.push_back(door.connect());
  std::vector<RawHttp> dripping;
  for (int i = 0; i < 100; ++i) {
    dripping.push_back(door.connect());
    dripping.back().send(i % 2 == 0 ? "GET /hel" : "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n[");
  }
  eventually([&] { return door.stats().connections == 200; });
  RawHttp client = door.connect();
  client.send(get_request("/hello"));
  CHECK(client.answer().body == "hello");
  for (int i = 0; i < 100; ++i)
    dripping[static_cast<std::size_t>(i)].send(i % 2 == 0 ? "lo HTTP/1.1\r\nHost: a\r\n\r\n" : "12]");
  for (int i = 0; i < 100; ++i)
    CHECK(dripping[static_cast<std::size_t>(i)].answer().body == (i % 2 == 0 ? "hello" : "[12]"));
}

TEST_CASE("a request that comes too slowly is refused, and an idle connection ends", "[door]") {
  http::Limits limits = few_threads();
  limits.head_time = limits.keep_alive_idle = limits.least_rate_window = std::chrono::milliseconds(100);
  RunningDoor door(limits);
  RawHttp silent = door.connect();
  CHECK(silent.is_closed());
  RawHttp head = door.connect();
  head.send("GET /hello HTTP/1.1\r\nHo");
  check_problem(head.answer(), 408);
  RawHttp body = door.connect();
  body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n[");
  check_problem(body.answer(), 408);
  RawHttp idle = door.connect();
  idle.send(get_request("/hello"));
  CHECK(idle.answer().status == 200);
  CHECK(idle.is_closed());
}

TEST_CASE("Expect: 100-continue is answered before the body comes", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
  client.send(head);
  CHECK(client.read(25) == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("[12]");
  CHECK(client.answer().body == "[12]");
  client.send(head + "[34]");  // did not wait: needs none
  CHECK(client.answer().body == "[34]");
}

TEST_CASE("HEAD is answered like GET, without the body", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  const auto head = [](const std::string& path) { return "HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"; };
  client.send(head("/hello") + head("/nothing") + head("/stream") + head("/file") + get_request("/hello"));
  const RawAnswer hello = client.answer_to_head();
  CHECK(hello.status == 200);
  CHECK(hello.header("content-length") == "5");
  CHECK(client.answer_to_head().status == 404);
  CHECK(client.answer_to_head().status == 200);
  const RawAnswer file = client.answer_to_head();
  CHECK(file.header("content-length") == std::to_string(door.file_text().size()));
  CHECK(file.header("accept-ranges") == "bytes");
  CHECK(client.answer().body == "hello");
}

TEST_CASE("OPTIONS tells what a path takes", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send(
      "OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"
      "OPTIONS /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
  const RawAnswer hello = client.answer();
  CHECK(hello.status == 204);
  CHECK(hello.header("allow") == "GET, HEAD, OPTIONS");
  CHECK(hello.header("content-length").empty());
  CHECK(client.answer().header("allow") == "GET, HEAD, OPTIONS, POST");
  check_problem(client.answer(), 404);
}

TEST_CASE("an unknown path is 404, a method that it does not take 405 with Allow", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send(get_request("/nothing"));
  check_problem(client.answer(), 404);
  client.send(get_request("/echo"));  // found out by the library
  RawAnswer answer = client.answer();
  check_problem(answer, 405);
  CHECK(answer.header("allow") == "OPTIONS, POST");
  for (const char* method : {"DELETE", "POST", "BREW", "TRACE", "PRI", "CONNECT"}) {  // found out by the door
    CAPTURE(method);
    client.send(std::string(method) + " /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    answer = client.answer();
    check_problem(answer, 405);
    CHECK(answer.header("allow") == "GET, HEAD, OPTIONS");
  }
  client.send(get_request("/hello"));
  CHECK(client.answer().body == "hello");
}

TEST_CASE("a body that nobody wants is skipped, and the next request is not part of it", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  const std::string smuggled = get_request("/items/smuggled");
  client.send("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(smuggled.size()) + "\r\n\r\n" +
              smuggled + get_request("/items/next"));
  CHECK(client.answer().body == "hello");
  CHECK(client.answer().body == "\"next\"");
  client.send("POST /items/a/poke HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n" +
              get_request("/items/next"));
  CHECK(client.answer().status == 204);
  CHECK(client.answer().body == "\"next\"");
  client.send("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  check_problem(client.answer(), 413);
  CHECK(client.is_closed());
}

TEST_CASE("a JSON body is whole, whatever it is called", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  const std::string body = "[\"" + std::string(100'000, 'x') + "\"]";
  for (const char* type : {"application/json", "application/json; charset=utf-8", "application/vnd.a+json", "",
                           "application/x-www-form-urlencoded"}) {
    CAPTURE(type);
    client.send(post_request("/echo", type, body));
    const RawAnswer answer = client.answer();
    CHECK(answer.status == 201);
    CHECK(answer.body == body);
  }
  client.send(post_request("/echo", "application/json", ""));
  CHECK(client.answer().body == "\"nothing\"");
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i) client.send_what_goes("10000\r\n" + std::string(0x10000, 'x') + "\r\n");
  check_problem(client.answer(), 413);
}

TEST_CASE("what a handler does wrong does not reach the client", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send(get_request("/boom"));
  const RawAnswer boom = client.answer();
  check_problem(boom, 500);
  CHECK(boom.body.find("secret") == std::string::npos);
  client.send(get_request("/gone"));
  check_problem(client.answer(), 410);
}

TEST_CASE("header values and parameters arrive as they were sent", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send(get_request("/headers?q=a+b%26c?d",
                          "X-Test:  100%25 \xC3\xA9\t\r\nRange: bytes=0-0\r\nREMOTE_ADDR: 1.2.3.4\r\n"));
  const RawAnswer answer = client.answer();
  CHECK(answer.status == 200);
  CHECK(answer.header("x-seen") == "100%25 \xC3\xA9");
  CHECK(answer.body == "a b&c?d");
}

TEST_CASE("a sane X-Request-Id is kept, another is replaced", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send(get_request("/hello", "X-Request-Id: my.id-1\r\n") + get_request("/hello", "X-Request-Id: my id\r\n"));
  CHECK(client.answer().header("x-request-id") == "my.id-1");
  const std::string made = client.answer().header("x-request-id");
  CHECK_FALSE(made.empty());
  CHECK(made.find(' ') == std::string::npos);
}

TEST_CASE("an absolute target is taken for its path", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send(
      "GET http://example.org:80/items/a HTTP/1.1\r\nHost: other\r\n\r\n"
      "GET HTTP://example.org HTTP/1.1\r\nHost: other\r\n\r\n");
  CHECK(client.answer().body == "\"a\"");
  CHECK(client.answer().status == 404);
}

TEST_CASE("HTTP/1.0 closes unless it asks to stay", "[door]") {
  RunningDoor door;
  RawHttp staying = door.connect();
  staying.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(staying.answer().header("connection") == "keep-alive");
  staying.send("GET /hello HTTP/1.0\r\n\r\n");
  CHECK(staying.answer().header("connection") == "close");
  CHECK(staying.is_closed());
  RawHttp closing = door.connect();
  closing.send(get_request("/hello", "Connection: foo, Close\r\n"));
  CHECK(closing.answer().header("connection") == "close");
  CHECK(closing.is_closed());
}

TEST_CASE("a client that has said all it wants still gets its answer", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send(get_request("/hello"));
  client.finish_sending();
  CHECK(client.answer().body == "hello");
  CHECK(client.is_closed());
}
