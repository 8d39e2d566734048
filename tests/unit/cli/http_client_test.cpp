#include "net/http_client.hpp"

#include <thread>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen;
using namespace platen::net;
using test::ScriptedServer;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nX-Two:  a b \r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";

HttpRequest a_get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  return request;
}

}  // namespace

TEST_CASE("an answer comes with status, headers and body, whatever its status", "[net]") {
  ScriptedServer server({{ok}, {"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnone"}});
  HttpClient client;
  const auto first = client.send(a_get(server.url() + "/a?b=c"));
  REQUIRE(first);
  CHECK(first->status == 200);
  CHECK(first->headers.at("x-two") == "a b");
  CHECK(first->body == "hi");
  const auto second = client.send(a_get(server.url()));
  REQUIRE(second);
  CHECK(second->status == 404);
  CHECK(second->body == "none");
  CHECK(server.requests().at(0).rfind("GET /a?b=c HTTP/1.1\r\n", 0) == 0);
}

TEST_CASE("a body is sent as text, from a file, or in parts", "[net]") {
  const test::TempDir folder;
  const std::string content(300'000, 'x');
  REQUIRE(write_file(folder / "data.csv", content, 0600));
  ScriptedServer server({{ok}, {ok}, {ok}});
  HttpClient client;
  HttpRequest post = a_get(server.url());
  post.method = "POST";
  post.body = std::string("{\"a\":1}");
  post.headers = {"Content-Type: application/json", "Expect:"};
  REQUIRE(client.send(post));
  post.headers = {"Expect:"};
  post.body = FileBody{folder / "data.csv"};
  REQUIRE(client.send(post));
  post.body = std::vector<Part>{{"job", "application/json", "", std::string("{}")},
                                {"data", "text/csv", "data.csv", FileBody{folder / "data.csv"}}};
  std::uint64_t sent = 0;
  std::uint64_t total = 0;
  HttpEvents events;
  events.on_sent = [&](std::uint64_t now, std::uint64_t all) { std::tie(sent, total) = std::pair(now, all); };
  REQUIRE(client.send(post, events));
  CHECK(sent == total);
  CHECK(total > content.size());

  const auto requests = server.requests();
  CHECK_THAT(requests.at(0), test::has_text("Content-Type: application/json\r\n"));
  CHECK_THAT(requests.at(0), Catch::Matchers::EndsWith("\r\n\r\n{\"a\":1}"));
  CHECK_THAT(requests.at(1), Catch::Matchers::StartsWith("POST / "));
  CHECK_THAT(requests.at(1), Catch::Matchers::EndsWith("\r\n\r\n" + content));
  CHECK_THAT(requests.at(2), test::has_text("Content-Disposition: form-data; name=\"job\"\r\n"
                                            "Content-Type: application/json\r\n\r\n{}\r\n"));
  CHECK_THAT(requests.at(2), test::has_text("Content-Disposition: form-data; name=\"data\"; filename=\"data.csv\"\r\n"
                                            "Content-Type: text/csv\r\n\r\n" +
                                            content + "\r\n"));
}

TEST_CASE("a body that is taken piece by piece may be stopped", "[net]") {
  ScriptedServer server({{ok}, {ok}});
  HttpClient client;
  std::string taken;
  HttpEvents events;
  events.on_body = [&](std::string_view bytes) {
    taken += bytes;
    return Flow::go_on;
  };
  const auto answer = client.send(a_get(server.url()), events);
  REQUIRE(answer);
  CHECK(taken == "hi");
  CHECK(answer->body.empty());
  events.on_body = [](std::string_view) { return Flow::stop; };
  CHECK(client.send(a_get(server.url()), events).error().code == Errc::canceled);
}

TEST_CASE("each way to fail has its code", "[net]") {
  HttpClient client;
  CHECK(client.send(a_get("http://127.0.0.1:1/")).error().code == Errc::unavailable);
  CHECK(client.send(a_get("ftp://127.0.0.1/")).error().code == Errc::invalid_request);
  CHECK(client.send(a_get("http://a b")).error().code == Errc::invalid_request);
  ScriptedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}, {"", true}});
  CHECK(client.send(a_get(server.url())).error().code == Errc::unavailable);
  HttpRequest silent = a_get(server.url());
  silent.stall_timeout = std::chrono::milliseconds(50);
  CHECK(client.send(silent).error().code == Errc::timed_out);
  HttpRequest upload = a_get(server.url());
  upload.method = "POST";
  upload.body = FileBody{"/no/such/file"};
  CHECK(client.send(upload).error().code == Errc::not_found);
}

TEST_CASE("a stop from another thread ends a silent request", "[net]") {
  ScriptedServer server({{"", true}});
  HttpClient client;
  std::stop_source stop;
  std::jthread stopper([&] {
    test::eventually([&] { return server.requests().size() == 1; });
    stop.request_stop();
  });
  CHECK(client.send(a_get(server.url()), {}, stop.get_token()).error().code == Errc::canceled);
}

TEST_CASE("a link is followed from where it was found", "[net]") {
  CHECK(resolve("http://a:8080/", "/d/x?sig=1").value() == "http://a:8080/d/x?sig=1");
  CHECK(resolve("http://a/p/", "https://b/c").value() == "https://b/c");
  CHECK_FALSE(resolve("", "/d"));
  CHECK(percent_encode("a b/ü-._~") == "a%20b%2F%C3%BC-._~");
}
