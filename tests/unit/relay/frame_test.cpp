#include "relay/frame.hpp"

#include "tests/support/catch.hpp"

using namespace platen::relay;

TEST_CASE("an event is a name, its data, its id and an empty line", "[relay]") {
  CHECK(encode_frame(7, "progress", R"({"seq":7})") == "event: progress\ndata: {\"seq\":7}\nid: 7\n\n");
}

TEST_CASE("an event without an id is the same but for its id", "[relay]") {
  const Frame frame{.kind = FrameKind::essential, .bytes = encode_frame(7, "x", "a\nid: 9")};
  CHECK(without_id(frame)->bytes == encode_frame({}, "x", "a\nid: 9"));
  CHECK(without_id(*without_id(frame))->bytes == encode_frame({}, "x", "a\nid: 9"));
  CHECK(end_frame()->bytes == "event: end\ndata: {}\nid: end\n\n");
}

TEST_CASE("data is split at CR, LF and CRLF, so that no text can forge a field", "[relay]") {
  CHECK(encode_frame({}, "x", "a\nid: 9") == "event: x\ndata: a\ndata: id: 9\n\n");
  CHECK(encode_frame({}, "x", "a\rb\r\nc\n\rd") == "event: x\ndata: a\ndata: b\ndata: c\ndata: \ndata: d\n\n");
  CHECK(encode_frame({}, "x", "a\r") == "event: x\ndata: a\ndata: \n\n");
  CHECK(encode_frame({}, "x", "") == "event: x\ndata: \n\n");
}

TEST_CASE("retry is in milliseconds", "[relay]") { CHECK(encode_retry(std::chrono::seconds(2)) == "retry: 2000\n\n"); }
