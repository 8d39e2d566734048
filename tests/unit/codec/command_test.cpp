#include "codec/command_json.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::codec;

namespace {

const std::string id = new_job_id().text;

template <class Kind>
Kind decoded(const std::string& text) {
  const CommandMessage message = decode_command(text);
  REQUIRE(message.command);
  REQUIRE(std::holds_alternative<Kind>(*message.command));
  return std::get<Kind>(*message.command);
}

Error refused(const std::string& text) {
  const CommandMessage message = decode_command(text);
  REQUIRE_FALSE(message.command);
  return message.command.error();
}

std::string place_of(const std::string& text) {
  const Error error = refused(text);
  CHECK(error.code == Errc::invalid_request);
  return error.fields.empty() ? "none" : error.fields.front().pointer;
}

}  // namespace

TEST_CASE("a submission is passed on byte for byte, at its place in the message", "[codec]") {
  const std::string body = R"({"report": {"title": "a } \" ]"}, "data":{"rows":[{"b":1.50,"a":2}]}})";
  const std::string before = R"( { "ref" : "r1", "submit" : )";
  const auto command = decoded<SubmitCommand>(before + body + R"(, "idempotency_key":"k"})");
  CHECK(command.body == std::string(before.size(), ' ') + body);
  CHECK(command.idempotency_key == "k");
  CHECK(decode_command(before + body + "}").ref == "r1");
  CHECK(decoded<SubmitCommand>(R"({"submit":{}})").body == R"(          {})");
  // Whether it is JSON within is for its own reader to say, with the byte of the message.
  CHECK(decoded<SubmitCommand>(R"({"submit":{,,,}})").body == R"(          {,,,})");
}

TEST_CASE("jobs are watched, left and canceled by their ids", "[codec]") {
  CHECK(decoded<WatchCommand>(R"({"watch":")" + id + R"("})").after == 0);
  const auto resumed = decoded<WatchCommand>(R"({"last_event_id":7,"watch":")" + id + R"(","submit":null})");
  CHECK(resumed.after == 7);
  CHECK(resumed.job.text == id);
  CHECK(decoded<UnwatchCommand>(R"({"unwatch":")" + id + R"("})").job.text == id);
  CHECK(decoded<CancelCommand>(R"({"cancel":")" + id + R"(","ref":""})").job.text == id);
}

TEST_CASE("what is no command is refused with its place, and its ref is kept where it can be read", "[codec]") {
  CHECK(refused("").code == Errc::invalid_request);
  CHECK(refused("{").detail.find("ends too soon, after 1 bytes") != std::string::npos);
  CHECK(refused(R"({"submit":{"a":1},,})").detail.find("byte 18") != std::string::npos);
  CHECK(refused("[]").code == Errc::invalid_request);
  CHECK(place_of("{}").empty());
  CHECK(place_of(R"({"watch":")" + id + R"(","cancel":")" + id + R"("})").empty());
  CHECK(place_of(R"({"watch":7})") == "/watch");
  CHECK(place_of(R"({"watch":"job_1"})") == "/watch");
  CHECK(place_of(R"({"submit":"x"})") == "/submit");
  CHECK(place_of(R"({"submit":[{}]})") == "/submit");
  CHECK(place_of(R"({"submit":{},"submit":{"report":1}})") == "/submit");
  CHECK(place_of(R"({"submit":{},"last_event_id":1})") == "/last_event_id");
  CHECK(place_of(R"({"watch":")" + id + R"(","last_event_id":-1})") == "/last_event_id");
  CHECK(place_of(R"({"watch":")" + id + R"(","last_event_id":1.5})") == "/last_event_id");
  CHECK(place_of(R"({"cancel":")" + id + R"(","idempotency_key":"k"})") == "/idempotency_key");
  CHECK(place_of(R"({"wotch":")" + id + R"("})") == "");
  CHECK(place_of(R"({"ref":1,"unwatch":")" + id + R"("})") == "/ref");
  CHECK(decode_command(R"({"ref":"mine","watch":7})").ref == "mine");
}

TEST_CASE("an answer repeats the ref as JSON", "[codec]") {
  CHECK(encode_answer("a\"b\n", "job", R"({"id":1})") == R"({"ref":"a\"b\n","job":{"id":1}})");
  CHECK(encode_answer({}, "error", "{}") == R"({"error":{}})");
}
