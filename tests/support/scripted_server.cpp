#include "tests/support/scripted_server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include "tests/support/loopback.hpp"

namespace platen::test {

namespace {

constexpr int look_for_stop_ms = 20;

bool wait_readable(const Fd& fd, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd readable{fd.get(), POLLIN, 0};
    if (::poll(&readable, 1, look_for_stop_ms) > 0) return true;
  }
  return false;
}

/// Whether a head and as much body as it announces are there; a chunked body ends with its last chunk.
bool is_whole(const std::string& request) {
  const std::size_t head = request.find("\r\n\r\n");
  if (head == std::string::npos) return false;
  const std::size_t body = request.size() - head - 4;
  const std::size_t length = request.find("Content-Length: ");
  if (length != std::string::npos && length < head) return body >= std::stoul(request.substr(length + 16));
  const bool chunked = request.find("Transfer-Encoding: chunked") < head;
  return !chunked || request.find("\r\n0\r\n\r\n", head) != std::string::npos;
}

}  // namespace

ScriptedServer::ScriptedServer(std::vector<Answer> answers) : answers_(std::move(answers)) {
  LoopbackListener listener = listen_on_loopback();
  listener_ = std::move(listener.socket);
  port_ = listener.port;
  thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

ScriptedServer::~ScriptedServer() = default;

std::string ScriptedServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<std::string> ScriptedServer::requests() { return *requests_.lock(); }

void ScriptedServer::serve(const std::stop_token& stop) {
  for (const Answer& answer : answers_) {
    if (!wait_readable(listener_, stop)) return;
    const Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::string request;
    char buffer[64 * 1024];
    while (!is_whole(request) && wait_readable(client, stop)) {
      const ssize_t got = ::recv(client.get(), buffer, sizeof buffer, 0);
      if (got <= 0) break;
      request.append(buffer, static_cast<std::size_t>(got));
    }
    requests_.lock()->push_back(std::move(request));
    ::send(client.get(), answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL);
    while (answer.stays_open && wait_readable(client, stop))
      if (::recv(client.get(), buffer, sizeof buffer, 0) <= 0) break;
  }
}

}  // namespace platen::test
