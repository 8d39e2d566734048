#include "http/head.hpp"
#include "tests/support/catch.hpp"

using namespace platen::http;

namespace {

/// Feeds `text` byte by byte; the head's size, or the status of the refusal.
int scan_bytewise(const std::string& text, const Limits& limits) {
  HeadScanner scanner(limits);
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const auto found = scanner.scan(std::string_view(text).substr(0, size));
    if (!found) return -found.error().status;
    if (*found > 0) return static_cast<int>(*found);
  }
  return 0;
}

}  // namespace

TEST_CASE("a head's end is found the same whole or byte by byte", "[http]") {
  const Limits limits;
  for (const std::string head : {"GET / HTTP/1.1\r\n\r\n", "\r\nGET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n"}) {
    CAPTURE(head);
    CHECK(scan_bytewise(head + "body", limits) == static_cast<int>(head.size()));
    CHECK(HeadScanner(limits).scan(head + "body").value() == head.size());
    CHECK(scan_bytewise(head.substr(0, head.size() - 1), limits) == 0);
  }
  for (const std::string& bad : {std::string("GET / HTTP/1.1\n"), std::string("GET / HTTP/1.1\r\nA: b\rc\r\n"),
                                 std::string("GET / HTTP/1.1\r\nA: \0\r\n", 22), std::string("\n")}) {
    CAPTURE(bad);
    CHECK(scan_bytewise(bad, limits) == -400);
    CHECK(HeadScanner(limits).scan(bad).error().status == 400);
  }
}

TEST_CASE("a head past a bound is refused before it ends", "[http]") {
  Limits limits;
  limits.request_line_bytes = 20;
  limits.header_line_bytes = 10;
  limits.head_bytes = 60;
  limits.header_fields = 3;
  const std::string line = "GET /123456 HTTP/1.1\r\n";
  CHECK(scan_bytewise(line + "\r\n", limits) == 24);
  CHECK(scan_bytewise("GET /1234567 HTTP/1.1", limits) == -414);
  CHECK(scan_bytewise(line + "A: 456789", limits) == 0);
  CHECK(scan_bytewise(line + "A: 4567890", limits) == -431);
  CHECK(scan_bytewise(line + "A:\r\nB:\r\nC:\r\n\r\n", limits) > 0);
  CHECK(scan_bytewise(line + "A:\r\nB:\r\nC:\r\nD:\r\n", limits) == -431);
  CHECK(scan_bytewise(line + "A: 45678\r\nB: 45678\r\nC: 45678\r\n\r\n", limits) > 0);
  limits.head_bytes = 40;
  CHECK(scan_bytewise(line + "A: 45678\r\nB: 45678\r\nC", limits) == -431);
}

TEST_CASE("a head says how its body is framed and whether the connection stays", "[http]") {
  const Limits limits;
  const auto read = [&](const std::string& lines, const std::string& version = "HTTP/1.1") {
    static std::string text;
    text = "POST /a%20b?c HTTP/1.1\r\nHost: h:80\r\n" + lines + "\r\n";
    text.replace(text.find("HTTP/1.1"), 8, version);
    return parse_head(text, limits).value();
  };
  const Head plain = read("X-A: b\t\r\nContent-Type:text/csv\r\n");
  CHECK(plain.method == "POST");
  CHECK(plain.target.path == "/a b");
  CHECK(plain.target.text == "/a%20b?c");
  CHECK(plain.host == "h:80");
  CHECK(plain.fields[1].value == "b");
  CHECK(plain.content_type == "text/csv");
  CHECK(plain.framing == Framing::none);
  CHECK(plain.keep_alive);
  CHECK(read("Content-Length: 007\r\n").content_length == 7);
  CHECK(read("Content-Length: 0\r\n").framing == Framing::none);
  CHECK(read("Transfer-Encoding: CHUNKED\r\n").framing == Framing::chunked);
  CHECK_FALSE(read("Connection: x , close\r\n").keep_alive);
  CHECK_FALSE(read("", "HTTP/1.0").keep_alive);
  CHECK(read("Connection: keep-alive\r\n", "HTTP/1.0").keep_alive);
  CHECK(read("Expect: 100-Continue\r\nContent-Length: 1\r\n").expects_continue);
  CHECK_FALSE(read("Expect: 100-continue\r\n").expects_continue);
}

TEST_CASE("an authority is a host and perhaps a port", "[http]") {
  for (const char* good : {"a", "a.b-c:80", "127.0.0.1:", "[::1]", "[::1]:8080", "a_b"}) {
    CAPTURE(good);
    CHECK(is_authority(good));
  }
  for (const char* bad : {"", ":80", "a:b", "a:123456", "a b", "a/b", "u@h", "[::1", "[::1]x", "[]", "[g::]", "a\"b"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_authority(bad));
  }
}
