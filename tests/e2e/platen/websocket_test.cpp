// WebSockets over raw sockets, against a whole Platen.
#include <signal.h>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/websocket_client.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string small_report = R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1},{"a":2}]}})";
const std::string late_report =
    R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]},"options":{"delay_seconds":600}})";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string submit(const Installation& platen, const std::string& body) {
  return text_field(curl({"-H", "Content-Type: application/json", "-d", body, platen.url() + "/v1/jobs"}), "id");
}

}  // namespace

TEST_CASE("one WebSocket is enough to submit, to follow and to have the link") {
  Installation platen;
  WebSocketClient socket(platen.port(), "/v1/ws");
  socket.send(opcode::text, R"({"ref":"r","submit":)" + small_report + "}");
  const std::string answer = socket.until(R"({"ref":"r","job":{"id":"job_)");
  const std::string last = socket.until(R"("event":"succeeded")");
  INFO(answer << last << platen.logs());
  CHECK(text_field(last, "job") == text_field(answer, "id"));
  const std::string pdf = platen.folder() / "out.pdf";
  (void)curl({"-o", pdf, platen.url() + text_field(last, "url")});
  CHECK(run({"qpdf", "--check", pdf}).exit_code == 0);
  // The same connection goes on: another job, canceled.
  socket.send(opcode::text, R"({"submit":)" + late_report + "}");
  const std::string late = text_field(socket.until(R"("status":"delayed")"), "id");
  socket.send(opcode::text, R"({"ref":"c","cancel":")" + late + R"("})");
  CHECK(has(socket.until(R"("event":"canceled")"), late));
  socket.send(opcode::close, close_payload(1000));
  while (socket.next().opcode != opcode::close) {
  }
  CHECK(socket.is_closed());
}

TEST_CASE("a job's WebSocket is closed after its end, and at once for who has seen it") {
  Installation platen;
  const std::string job = submit(platen, small_report);
  WebSocketClient socket(platen.port(), "/v1/jobs/" + job + "/events?last_event_id=1");
  const std::string last = socket.until(R"("event":"succeeded")");
  CHECK(socket.next().code() == 1000);
  CHECK(socket.is_closed());
  const std::string id = last.substr(last.find(R"("id":)") + 5, last.find(R"(,"event")") - last.find(R"("id":)") - 5);
  WebSocketClient again(platen.port(), "/v1/jobs/" + job + "/events?last_event_id=" + id);
  CHECK(again.next().code() == 1000);
}

TEST_CASE("an idle WebSocket outlives many heartbeats, and SIGTERM closes it with 1001") {
  Installation platen({.has_worker = false, .front_arguments = {"--heartbeat", "50ms"}});
  WebSocketClient socket(platen.port(), "/v1/ws");
  for (int pings = 0; pings < 30; ++pings) {
    const ServerFrame frame = socket.next_of_any_kind();
    REQUIRE(frame.opcode == opcode::ping);
    socket.send(opcode::pong, frame.payload);
  }
  socket.send(opcode::text, "?");
  CHECK(has(socket.next().payload, R"("code":"invalid_request")"));
  platen.front().signal(SIGTERM);
  CHECK(socket.next().code() == 1001);
  CHECK(socket.is_closed());
}

TEST_CASE("what breaks the protocol closes that WebSocket, with its code") {
  Installation platen({.has_worker = false});
  const auto answer_to = [&](const std::string& bytes) {
    WebSocketClient socket(platen.port(), "/v1/ws");
    socket.send_bytes(bytes);
    const unsigned code = socket.next().code();
    CHECK(socket.is_closed());
    return code;
  };
  CHECK(answer_to(client_frame(opcode::text, "{}", {.is_masked = false})) == 1002);
  CHECK(answer_to(client_frame(opcode::text, "{}", {.rsv = 2})) == 1002);
  CHECK(answer_to(client_frame(opcode::ping, std::string(126, 'x'))) == 1002);
  CHECK(answer_to(client_frame(opcode::continuation, "{}")) == 1002);
  CHECK(answer_to(client_frame(opcode::binary, "{}")) == 1003);
  CHECK(answer_to(client_frame(opcode::text, "\"\xff\"")) == 1007);
  // A megabyte is what a message may have, as a body may.
  CHECK(answer_to(client_frame(opcode::text, std::string(1024 * 1024 + 1, ' ')).substr(0, 100)) == 1009);
  WebSocketClient socket(platen.port(), "/v1/ws");
  const std::string large = R"({"ref":"large","cancel":"job_00000000000000000000000001")";
  socket.send_bytes(client_frame(opcode::text, large, {.is_final = false}));
  socket.send(opcode::ping, "between");
  CHECK(socket.next_of_any_kind().payload == "between");
  socket.send(opcode::continuation, std::string(1024 * 1024 - large.size() - 1, ' ') + "}");
  CHECK(has(socket.next().payload, R"({"ref":"large","error":{)"));
}

TEST_CASE("a handshake that is none is answered in HTTP") {
  Installation platen({.has_worker = false, .front_arguments = {"--allow-origin", "https://app.example"}});
  const std::string path = "/v1/jobs/" + submit(platen, late_report) + "/events";
  const auto status = [&](const std::string& request) {
    RawHttp connection(platen.port());
    connection.send(request);
    return connection.answer().status;
  };
  CHECK(status(websocket_handshake(path, "")) == 400);
  CHECK(status(websocket_handshake(path, "Connection: Upgrade\r\nOrigin: https://evil.example\r\n")) == 403);
  CHECK(status(websocket_handshake(path, "Connection: Upgrade\r\nOrigin: https://app.example\r\n")) == 101);
  CHECK(status(websocket_handshake("/v1/jobs/job_00000000000000000000000001/events", "Connection: upgrade\r\n")) ==
        404);
  CHECK(status(get_request("/v1/ws")) == 426);
  CHECK(status(get_request(path,
                           "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")) == 426);
  CHECK(status(websocket_handshake("/livez")) == 200);  // which knows no upgrade
  RawHttp with_body(platen.port());
  with_body.send(websocket_handshake("/v1/ws", "Connection: Upgrade\r\nContent-Length: 2\r\n") + "{}");
  CHECK(with_body.answer().status == 400);
  RawHttp old(platen.port());  // RFC 9110, section 7.8: an Upgrade in HTTP/1.0 is not heard
  std::string request = websocket_handshake("/v1/ws");
  request.replace(request.find("HTTP/1.1"), 8, "HTTP/1.0");
  old.send(request);
  CHECK(old.answer().status == 426);
}
