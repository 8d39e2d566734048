#include "net/sse_parser.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using platen::net::SseEvent;
using platen::net::SseParser;

namespace {

struct Case {
  const char* claim;
  std::string stream;
  std::vector<SseEvent> events;
};

std::vector<Case> cases() {
  using namespace std::string_literals;
  return {
      {"an event ends with an empty line", "data: a\n\n", {{"message", "a", ""}}},
      {"an unfinished event is none", "data: a\n", {}},
      {"lines of data are joined", "data: a\ndata: b\n\n", {{"message", "a\nb", ""}}},
      {"only one space after the colon goes", "data:  a\ndata:b\n\n", {{"message", " a\nb", ""}}},
      {"the three line ends are the same",
       "data: a\r\rdata: b\n\ndata: c\r\n\r\n",
       {{"message", "a", ""}, {"message", "b", ""}, {"message", "c", ""}}},
      {"CR LF is one line end, LF CR are two",
       "data: a\n\rdata: b\r\n\r\n",
       {{"message", "a", ""}, {"message", "b", ""}}},
      {"comments are skipped", ": hb\n\n:\ndata: a\n: x\n\n", {{"message", "a", ""}}},
      {"a byte order mark is skipped once",
       "\xEF\xBB\xBF"
       "data: a\n\n\xEF\xBB\xBF"
       "data: b\n\n",
       {{"message", "a", ""}}},
      {"an event has its type, the next one not",
       "event: x\ndata: a\n\ndata: b\n\n",
       {{"x", "a", ""}, {"message", "b", ""}}},
      {"an id stays until the next",
       "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
       {{"message", "a", "7"}, {"message", "b", "7"}, {"message", "c", ""}}},
      {"an id with a NUL is ignored",
       "id: 1\ndata: a\n\nid: 2\0x\ndata: b\n\n"s,
       {{"message", "a", "1"}, {"message", "b", "1"}}},
      {"data without a colon is an empty line", "data\ndata\n\n", {{"message", "\n", ""}}},
      {"empty data is an event, no data is none",
       "data:\n\nevent: x\n\ndata: a\n\n",
       {{"message", "", ""}, {"message", "a", ""}}},
      {"unknown fields are ignored", "foo: bar\n data: a\nDATA: a\ndata: b\n\n", {{"message", "b", ""}}},
      {"colons in values stay", "data: {\"a\":1}\n\n", {{"message", "{\"a\":1}", ""}}},
  };
}

}  // namespace

TEST_CASE("a stream means the same however its bytes are cut", "[net]") {
  for (const Case& entry : cases()) {
    for (std::size_t cut = 0; cut <= entry.stream.size(); ++cut) {
      INFO(entry.claim << ", cut at " << cut);
      SseParser parser;
      std::vector<SseEvent> events;
      const auto take = [&](const SseEvent& event) { events.push_back(event); };
      REQUIRE(parser.push(std::string_view(entry.stream).substr(0, cut), take));
      REQUIRE(parser.push(std::string_view(entry.stream).substr(cut), take));
      CHECK(events == entry.events);
    }
    SseParser parser;
    std::vector<SseEvent> events;
    for (const char byte : entry.stream)
      REQUIRE(parser.push({&byte, 1}, [&](const SseEvent& event) { events.push_back(event); }));
    CHECK(events == entry.events);
  }
}

TEST_CASE("retry is taken where it is digits and nothing else", "[net]") {
  const auto retry = [](const std::string& value) {
    SseParser parser;
    REQUIRE(parser.push("retry: " + value + "\n", [](const SseEvent&) {}));
    return parser.retry();
  };
  CHECK(retry("2500") == std::chrono::milliseconds(2500));
  CHECK_FALSE(retry(""));
  CHECK_FALSE(retry("-1"));
  CHECK_FALSE(retry("1s"));
  CHECK_FALSE(retry("99999999999999999999999"));
}

TEST_CASE("after a broken connection the half event is gone and the id stays", "[net]") {
  SseParser parser;
  std::vector<SseEvent> events;
  const auto take = [&](const SseEvent& event) { events.push_back(event); };
  REQUIRE(parser.push("id: 1\ndata: a\n\nid: 2\nevent: x\ndata: lost", take));
  CHECK(parser.last_event_id() == "1");
  parser.restart();
  REQUIRE(
      parser.push("\xEF\xBB\xBF"
                  "data: b\n\n",
                  take));
  CHECK(events == std::vector<SseEvent>{{"message", "a", "1"}, {"message", "b", "1"}});
}

TEST_CASE("an event without end is cut off", "[net]") {
  SseParser parser;
  const std::string line = "data: " + std::string(1024 * 1024, 'x') + "\n";
  const auto push = [&] { return parser.push(line, [](const SseEvent&) {}); };
  CHECK(push());
  CHECK(push());
  CHECK(push());
  CHECK(push().error().code == platen::Errc::too_large);
}
