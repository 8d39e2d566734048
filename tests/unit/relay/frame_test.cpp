#include "relay/frame.hpp"

#include "relay/notice.hpp"
#include "relay/websocket_frame.hpp"
#include "tests/support/catch.hpp"

using namespace platen::relay;

TEST_CASE("an event is a name, its data, its id and an empty line", "[relay]") {
  CHECK(encode_frame(7, "progress", R"({"seq":7})") == "event: progress\ndata: {\"seq\":7}\nid: 7\n\n");
}

TEST_CASE("the end of a stream of many jobs has an id of its own", "[relay]") {
  CHECK(end_frame()->bytes == "event: end\ndata: {}\nid: end\n\n");
}

TEST_CASE("an event is written once for each form, with its id where that form has ids", "[relay]") {
  const Notice notice(FrameKind::progress, platen::JobId{"job_1"}, 7, "progress", R"({"a":"b"})");
  CHECK(notice.in(Form::sse)->bytes == encode_frame(7, "progress", R"({"a":"b"})"));
  CHECK(notice.in(Form::sse_without_id)->bytes == encode_frame({}, "progress", R"({"a":"b"})"));
  CHECK(notice.in(Form::websocket)->bytes ==
        websocket_text(R"({"job":"job_1","id":7,"event":"progress","data":{"a":"b"}})"));
  CHECK(notice.in(Form::websocket) == notice.in(Form::websocket));
  CHECK(notice.in(Form::websocket)->kind == FrameKind::progress);
  const Notice nameless(FrameKind::essential, platen::JobId{"job_1"}, {}, "reset", "{}");
  CHECK(nameless.in(Form::sse)->bytes == encode_frame({}, "reset", "{}"));
  CHECK(nameless.in(Form::websocket)->bytes == websocket_text(R"({"job":"job_1","event":"reset","data":{}})"));
}

TEST_CASE("data is split at CR, LF and CRLF, so that no text can forge a field", "[relay]") {
  CHECK(encode_frame({}, "x", "a\nid: 9") == "event: x\ndata: a\ndata: id: 9\n\n");
  CHECK(encode_frame({}, "x", "a\rb\r\nc\n\rd") == "event: x\ndata: a\ndata: b\ndata: c\ndata: \ndata: d\n\n");
  CHECK(encode_frame({}, "x", "a\r") == "event: x\ndata: a\ndata: \n\n");
  CHECK(encode_frame({}, "x", "") == "event: x\ndata: \n\n");
}

TEST_CASE("retry is in milliseconds", "[relay]") { CHECK(encode_retry(std::chrono::seconds(2)) == "retry: 2000\n\n"); }
