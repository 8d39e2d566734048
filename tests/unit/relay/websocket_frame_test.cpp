#include "relay/websocket_frame.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/websocket_frames.hpp"

using namespace platen::relay;
namespace test = platen::test;
using platen::test::client_frame;
using platen::test::close_payload;
using platen::test::take_frames;

namespace {

constexpr std::size_t limit = 1000;

/// The code of the Close with which the bytes are answered; 0 for none.
unsigned answer_to(std::string_view bytes) {
  WebSocketReader reader(limit);
  const Heard heard = reader.read(bytes);
  const auto answers = take_frames(heard.answers);
  CHECK(heard.is_over == (!answers.empty() && answers.back().opcode == test::opcode::close));
  return answers.empty() ? 0 : answers.back().code();
}

}  // namespace

TEST_CASE("a server's frames are whole and unmasked, with the shortest length that fits", "[websocket]") {
  CHECK(websocket_text("hi") == "\x81\x02hi");
  CHECK(websocket_text(std::string(126, 'a')) == std::string("\x81\x7e\x00\x7e", 4) + std::string(126, 'a'));
  CHECK(websocket_text(std::string(65536, 'a')).substr(0, 10) == std::string("\x81\x7f\0\0\0\0\0\x01\0\0", 10));
  CHECK(websocket_ping() == std::string("\x89\0", 2));
  CHECK(websocket_close(CloseCode::normal, "bye") ==
        "\x88\x05\x03\xe8"
        "bye");
}

TEST_CASE("messages come out whole, wherever their bytes are split", "[websocket]") {
  const std::string bytes =
      client_frame(test::opcode::text, "one") + client_frame(test::opcode::text, "tw", {.is_final = false}) +
      client_frame(test::opcode::ping, "p") + client_frame(test::opcode::continuation, "", {.is_final = false}) +
      client_frame(test::opcode::continuation, "o") + client_frame(test::opcode::text, std::string(300, 'x')) +
      client_frame(test::opcode::pong, "unasked") + client_frame(test::opcode::text, "") +
      client_frame(test::opcode::close, close_payload(1000, "tsch\xc3\xbcss"));
  for (std::size_t split = 1; split < bytes.size(); ++split) {
    WebSocketReader reader(limit);
    Heard all = reader.read(bytes.substr(0, split));
    REQUIRE_FALSE(all.is_over);
    Heard rest = reader.read(bytes.substr(split));
    for (std::string& message : rest.messages) all.messages.push_back(std::move(message));
    REQUIRE(all.messages == std::vector<std::string>{"one", "two", std::string(300, 'x'), ""});
    const auto answers = take_frames(all.answers + rest.answers);
    REQUIRE(answers.size() == 2);
    REQUIRE(answers[0].opcode == test::opcode::pong);
    REQUIRE(answers[0].payload == "p");
    REQUIRE(answers[1].code() == 1000);
    REQUIRE(rest.is_over);
  }
}

TEST_CASE("a message byte by byte is a message", "[websocket]") {
  WebSocketReader reader(limit);
  std::vector<std::string> messages;
  for (const char c : client_frame(test::opcode::text, std::string(200, 'z')) + client_frame(test::opcode::text, "2"))
    for (std::string& message : reader.read({&c, 1}).messages) messages.push_back(std::move(message));
  CHECK(messages == std::vector<std::string>{std::string(200, 'z'), "2"});
  CHECK(reader.held_bytes() == 0);
}

TEST_CASE("what breaks the protocol is answered with 1002", "[websocket]") {
  CHECK(answer_to(client_frame(test::opcode::text, "x", {.is_masked = false})) == 1002);
  CHECK(answer_to(client_frame(test::opcode::text, "x", {.rsv = 1})) == 1002);
  CHECK(answer_to(client_frame(test::opcode::text, "x", {.rsv = 4})) == 1002);
  CHECK(answer_to(client_frame(3, "x")) == 1002);
  CHECK(answer_to(client_frame(11, "")) == 1002);
  CHECK(answer_to(client_frame(test::opcode::continuation, "x")) == 1002);
  CHECK(answer_to(client_frame(test::opcode::text, "x", {.is_final = false}) + client_frame(test::opcode::text, "y")) ==
        1002);
  CHECK(answer_to(client_frame(test::opcode::ping, "x", {.is_final = false})) == 1002);
  CHECK(answer_to(client_frame(test::opcode::ping, std::string(126, 'x'))) == 1002);
  CHECK(answer_to(client_frame(test::opcode::close, "x")) == 1002);
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2999U, 5000U})
    CHECK(answer_to(client_frame(test::opcode::close, close_payload(code))) == 1002);
  // Lengths that are longer than they need to be, and one past 63 bits.
  CHECK(answer_to(std::string("\x81\xfe\x00\x05", 4)) == 1002);
  CHECK(answer_to(std::string("\x81\xff\0\0\0\0\0\0\0\x05", 10)) == 1002);
  CHECK(answer_to(std::string("\x81\xff\x80\0\0\0\0\x01\0\x05", 10)) == 1002);
}

TEST_CASE("binary messages, broken UTF-8 and messages past the limit have codes of their own", "[websocket]") {
  CHECK(answer_to(client_frame(test::opcode::binary, "x")) == 1003);
  CHECK(answer_to(client_frame(test::opcode::text, "\xff")) == 1007);
  CHECK(answer_to(client_frame(test::opcode::text, "\xed\xa0\x80")) == 1007);  // a surrogate
  CHECK(answer_to(client_frame(test::opcode::text, "\xc3", {.is_final = false}) +
                  client_frame(test::opcode::continuation, "\xbc")) == 0);
  CHECK(answer_to(client_frame(test::opcode::text, "cut \xc3")) == 1007);
  CHECK(answer_to(client_frame(test::opcode::close, close_payload(1000, "\xff"))) == 1007);
  CHECK(answer_to(client_frame(test::opcode::text, std::string(limit, 'x'))) == 0);
  CHECK(answer_to(client_frame(test::opcode::text, std::string(limit + 1, 'x'))) == 1009);
  // By the announced length, before the bytes are there, and by that of all fragments together.
  CHECK(answer_to(client_frame(test::opcode::text, std::string(70'000, 'x')).substr(0, 20)) == 1009);
  CHECK(answer_to(client_frame(test::opcode::text, std::string(limit - 1, 'x'), {.is_final = false}) +
                  client_frame(test::opcode::continuation, "yy")) == 1009);
}

TEST_CASE("a client's Close is answered with its own code, and nothing after it is read", "[websocket]") {
  CHECK(answer_to(client_frame(test::opcode::close, close_payload(1000))) == 1000);
  CHECK(answer_to(client_frame(test::opcode::close, close_payload(4321, "why"))) == 4321);
  WebSocketReader reader(limit);
  const Heard heard = reader.read(client_frame(test::opcode::close, "") + client_frame(test::opcode::text, "late"));
  CHECK(heard.is_over);
  CHECK(heard.messages.empty());
  REQUIRE(take_frames(heard.answers).size() == 1);
  CHECK(take_frames(heard.answers)[0].payload.empty());
}
