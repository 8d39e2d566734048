// Requests that are made to hurt: huge ones, deep ones, ones that mean two things. Each is refused as any other
// misfit is, or answered as if what is odd about it were not there.
#include <fstream>

#include "tests/integration/http/refusals.hpp"
#include "tests/integration/http/running_door.hpp"
#include "tests/integration/http/running_routes.hpp"
#include "tests/support/eventually.hpp"

using namespace platen;
using namespace platen::test;

namespace {

constexpr std::size_t megabyte = std::size_t{1024} * 1024;

/// What this process, the door in it, has in memory now.
std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  statm >> size >> resident;
  return resident * 4096;
}

/// Sends `piece` again and again, `bytes` in all, as far as the peer takes them.
void flood(RawHttp& client, const std::string& piece, std::size_t bytes) {
  std::string block;
  while (block.size() < 64 * 1024) block += piece;
  try {
    for (std::size_t sent = 0; sent < bytes; sent += block.size()) client.send(block);
  } catch (const std::runtime_error&) {
  }
}

}  // namespace

TEST_CASE("a head of any size is refused at its bound, and held in no memory", "[door]") {
  struct Case {
    const char* what;
    std::string begin;
    std::string piece;
    std::size_t bytes;
    int status;
  };
  const std::string line = "GET /hello HTTP/1.1\r\nHost: a\r\n";
  const std::vector<Case> cases{
      {"200,000 fields", line, "X-Some: field\r\n", 200'000 * 15, 431},
      {"a field of 30 MB", line + "X-A: ", "a", 30 * megabyte, 431},
      {"a field's name of 30 MB", line, "a", 30 * megabyte, 431},
      {"a request line of 30 MB", "GET /?", "a", 30 * megabyte, 414},
      {"a path of 30 MB", "GET /", "a/", 30 * megabyte, 414},
      {"a method of 30 MB", "", "A", 30 * megabyte, 414},
      {"30 MB of spaces", "GET", " ", 30 * megabyte, 414},
  };
  RunningDoor door;
  for (const Case& each : cases) {
    CAPTURE(each.what);
    RawHttp client = door.connect();
    const std::size_t before = resident_bytes();
    client.send(each.begin);
    flood(client, each.piece, each.bytes);
    check_problem(client.answer(), each.status);
    CHECK(client.is_closed());
    CHECK(resident_bytes() < before + 8 * megabyte);
  }
}

TEST_CASE("a body past its limit is refused, the connection closed, and nothing of it held", "[door]") {
  http::Limits limits = few_threads();
  limits.upload_bytes = megabyte;
  RunningDoor door(limits);
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (const std::string path : {"/echo", "/uploads", "/jobs", "/items/a/poke"}) {
    CAPTURE(path);
    RawHttp client = door.connect();
    const std::size_t before = resident_bytes();
    client.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    flood(client, chunk, 30 * megabyte);
    check_problem(client.answer(), 413);
    CHECK(client.is_closed());
    CHECK(resident_bytes() < before + 8 * megabyte);
    RawHttp announcing = door.connect();
    announcing.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000000\r\n\r\n");
    check_problem(announcing.answer(), 413);
    CHECK(announcing.is_closed());
  }
}

TEST_CASE("bodies that two readers would end in different places are refused", "[door]") {
  const std::vector<std::pair<const char*, std::string>> cases{
      {"a negative length", "Content-Length: -1\r\n\r\n"},
      {"a length with a point", "Content-Length: 2.0\r\n\r\n"},
      {"a length with an exponent", "Content-Length: 1e1\r\n\r\n"},
      {"a length with a space in it", "Content-Length: 1 0\r\n\r\n"},
      {"two lengths that differ", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n"},
      {"two equal lengths", "Content-Length: 2\r\ncontent-length: 2\r\n\r\n"},
      {"a length after the coding", "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n"},
      {"a length of another name", "Content_Length : 2\r\n\r\n"},
      {"a negative chunk", "Transfer-Encoding: chunked\r\n\r\n-1\r\n"},
      {"a signed chunk", "Transfer-Encoding: chunked\r\n\r\n+1\r\n"},
      {"a chunk with 0x", "Transfer-Encoding: chunked\r\n\r\n0x1\r\n"},
      {"a chunk size with a space before it", "Transfer-Encoding: chunked\r\n\r\n 1\r\n"},
      {"a chunk size with a space after it", "Transfer-Encoding: chunked\r\n\r\n1 \r\n"},
      {"a chunk without a size", "Transfer-Encoding: chunked\r\n\r\n\r\n"},
      {"a chunk that ends in LF", "Transfer-Encoding: chunked\r\n\r\n1\na\n"},
      {"a chunk whose data ends in LF", "Transfer-Encoding: chunked\r\n\r\n1\r\na\n"},
      {"a chunk extension with a bare LF", "Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\n"},
      {"a trailer with a bare CR", "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\rc\r\n\r\n"},
      {"a coding with a tab in front of it", "Transfer-Encoding\t: chunked\r\n\r\n"},
  };
  RunningDoor door;
  for (const auto& [what, rest] : cases) {
    CAPTURE(what);
    RawHttp client = door.connect();
    client.send_what_goes("POST /echo HTTP/1.1\r\nHost: a\r\n" + rest +
                          "GET /items/smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    check_problem(client.answer(), 400);
    CHECK(client.is_closed());
  }
}

TEST_CASE("every coding of a body is refused as one that is not supported", "[door]") {
  RunningDoor door;
  for (const char* path : {"/echo", "/uploads", "/jobs"}) {
    for (const char* coding : {"gzip", "deflate", "br", "zstd", "x-gzip", "identity, gzip"}) {
      CAPTURE(path, coding);
      RawHttp client = door.connect();
      client.send(std::string("POST ") + path + " HTTP/1.1\r\nHost: a\r\nContent-Encoding: " + coding +
                  "\r\nContent-Length: 4\r\n\r\nabcd");
      check_problem(client.answer(), 415);
      CHECK(client.is_closed());
    }
  }
}

TEST_CASE("1,500 ranges are as good as none", "[door]") {
  RunningDoor door;
  std::string ranges = "Range: bytes=0-0";
  for (int i = 1; i < 1500; ++i) ranges += ",1-1";
  RawHttp client = door.connect();
  client.send(get_request("/file", ranges + "\r\n"));
  const RawAnswer answer = client.answer();
  CHECK(answer.status == 200);
  CHECK(answer.body.size() == door.file_text().size());
  client.send(get_request("/hello", ranges + "\r\n"));
  CHECK(client.answer().body == "hello");
}

TEST_CASE("an upgrade that nobody needs is passed over", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  for (const char* lines :
       {"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Upgrade: TLS/1.0\r\n"}) {
    CAPTURE(lines);
    client.send(get_request("/hello", lines));
    const RawAnswer answer = client.answer();
    CHECK(answer.status == 200);
    CHECK(answer.body == "hello");
    CHECK(answer.header("upgrade").empty());
  }
  RawHttp http2 = door.connect();  // HTTP/2 with prior knowledge
  http2.send_what_goes(std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  check_problem(http2.answer(), 505);
  RawHttp tls = door.connect();
  tls.send_what_goes(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15));
  check_problem(tls.answer(), 400);
}

TEST_CASE("paths that lead up or hold escaped line ends reach no file and no header", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  for (const char* path : {"/d/..%2f..%2fetc%2fpasswd", "/..%2f..%2f..%2fetc%2fpasswd", "/../../etc/passwd",
                           "/v1/jobs/..%2fevents", "/v1/uploads/..%2f..%2fsigning.key", "/v1/jobs/%2e%2e/events",
                           "/v1//jobs", "/.git/config", "/v1/jobs/job_%ff%fe", "//etc/passwd", "/%2e%2e%2f"}) {
    CAPTURE(path);
    RawHttp client = platen.connect();
    client.send(get_request(path));
    const RawAnswer answer = client.answer();
    check_problem(answer, answer.status);
    CHECK((answer.status == 404 || answer.status == 403 || answer.status == 405));
    client.send(get_request("/livez"));  // and the connection goes on
    CHECK(client.answer().status == 200);
  }
  for (const char* path :
       {"/v1/jobs/a%0d%0aX-Evil:%20b", "/d/a?exp=%0d%0aX-Evil:%20b", "/v1/jobs?cursor=%0a", "/%00"}) {
    CAPTURE(path);
    RawHttp client = platen.connect();
    client.send(get_request(path));
    const RawAnswer answer = client.answer();
    check_problem(answer, 400);
    CHECK(answer.header("x-evil").empty());
    CHECK(client.is_closed());
  }
}

TEST_CASE("JSON that is deep, huge, doubled or none at all is refused in our own words", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const auto deep = [](const std::string& open, std::size_t bytes) {
    std::string text;
    while (text.size() + open.size() <= bytes) text += open;
    return text;
  };
  const std::vector<std::pair<const char*, std::string>> cases{
      {"half a million arrays", deep("[", 1'000'000)},
      {"arrays that are closed", deep("[", 500'000) + deep("]", 500'000)},
      {"a hundred thousand objects", deep("{\"a\":", 1'000'000)},
      {"objects within rows", R"({"report":{"title":"a"},"data":{"rows":[)" + deep("[", 900'000)},
      {"a title of 900 KB", R"({"report":{"title":")" + std::string(900'000, 'a') + "\"}}"},
      {"a number of 900 KB", R"({"report":{"title":)" + std::string(900'000, '9') + "}}"},
      {"a member of 900 KB", "{\"" + std::string(900'000, 'a') + "\":1}"},
      {"100,000 members",
       [] {
         std::string text = "{\"report\":{\"title\":\"a\"}";
         for (int i = 0; i < 80'000; ++i) text += ",\"m" + std::to_string(i) + "\":1";
         return text + "}";
       }()},
      {"nothing", ""},
      {"half a text", R"({"report":{"title":"a)"},
      {"invalid UTF-8", "{\"report\":{\"title\":\"\xff\xfe\"}}"},
      {"a lone surrogate", R"({"report":{"title":"\ud800"}})"},
      {"a NUL", std::string("{\"report\":{\"title\":\"a\0\"}}", 25)},
      {"a byte order mark alone", "\xef\xbb\xbf"},
      {"NaN", R"({"report":{"title":NaN}})"},
      {"a number beyond all", R"({"report":{"title":1e999999}})"},
      {"two bodies", R"({"report":{"title":"a"}} {"report":{"title":"a"}})"},
      {"a comment", R"({"report":{"title":"a"} /* b */})"},
  };
  for (const auto& [what, body] : cases) {
    CAPTURE(what);
    RawHttp client = platen.connect();
    client.send(post_request("/v1/jobs", "application/json", body));
    const RawAnswer answer = client.answer();
    check_problem(answer, answer.status);
    CHECK((answer.status == 400 || answer.status == 422));
    CHECK(answer.body.size() < 16 * 1024);  // what was sent does not come back
    client.send(get_request("/livez"));
    CHECK(client.answer().status == 200);
  }
  CHECK(platen.queue().submissions.empty());
}

TEST_CASE("pipelined requests are answered in their order wherever they are split", "[door]") {
  RunningDoor door;
  const std::string text = get_request("/items/one") + post_request("/echo", "application/json", "[2]") +
                           "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + post_request("/uploads", "text/csv", "a,b") +
                           get_request("/nothing") + get_request("/items/last", "Connection: close\r\n");
  for (std::size_t split = 1; split < text.size(); ++split) {
    CAPTURE(split);
    RawHttp client = door.connect();
    client.send(text.substr(0, split));
    client.send(text.substr(split));
    CHECK(client.answer().body == "\"one\"");
    CHECK(client.answer().body == "[2]");
    CHECK(client.answer_to_head().header("content-length") == "5");
    CHECK(client.answer().status == 202);
    CHECK(client.answer().status == 404);
    CHECK(client.answer().body == "\"last\"");
    CHECK(client.is_closed());
  }
}
