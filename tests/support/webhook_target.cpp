#include "tests/support/webhook_target.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace platen::test {

namespace {

constexpr int look_for_stop_ms = 20;
constexpr std::size_t huge_bytes = 10UL * 1024 * 1024;

bool wait_for(const Fd& fd, short what, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd ready{fd.get(), what, 0};
    if (::poll(&ready, 1, look_for_stop_ms) > 0) return true;
  }
  return false;
}

/// The first whole request in `bytes`, which is taken off.
std::optional<SeenMessage> take_request(std::string& bytes) {
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string::npos) return std::nullopt;
  SeenMessage message;
  const std::size_t path = bytes.find(' ') + 1;
  message.path = bytes.substr(path, bytes.find(' ', path) - path);
  for (std::size_t at = bytes.find("\r\n") + 2; at < head_end + 2;) {
    const std::size_t end = bytes.find("\r\n", at);
    const std::size_t colon = bytes.find(':', at);
    std::string name = bytes.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    message.headers[name] = bytes.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  const std::size_t length = std::stoul(message.headers.at("content-length"));
  if (bytes.size() < head_end + 4 + length) return std::nullopt;
  message.body = bytes.substr(head_end + 4, length);
  bytes.erase(0, head_end + 4 + length);
  return message;
}

std::string answer_of(const std::string& status, const std::string& lines = {}) {
  return "HTTP/1.1 " + status + " x\r\n" + lines + "Content-Length: 2\r\n\r\nok";
}

bool begins(const std::string& text, const std::string& with) { return text.rfind(with, 0) == 0; }

}  // namespace

WebhookTarget::WebhookTarget() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), any, size) != 0 || ::listen(listener_.get(), 128) != 0 ||
      ::getsockname(listener_.get(), any, &size) != 0)
    throw std::runtime_error("the webhooks' target cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
}

WebhookTarget::~WebhookTarget() {
  thread_.request_stop();
  thread_.join();
  connections_.clear();
}

std::string WebhookTarget::host_and_port() const { return "127.0.0.1:" + std::to_string(port_); }
std::string WebhookTarget::url(const std::string& path) const { return "http://" + host_and_port() + path; }
std::vector<SeenMessage> WebhookTarget::seen() { return *seen_.lock(); }

std::vector<SeenMessage> WebhookTarget::seen(const std::string& path) {
  std::vector<SeenMessage> all = seen();
  std::erase_if(all, [&](const SeenMessage& each) { return each.path != path; });
  return all;
}

void WebhookTarget::accept_all(const std::stop_token& stop) {
  while (wait_for(listener_, POLLIN, stop)) {
    Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    connections_.emplace_back(
        [this, client = std::move(client)](const std::stop_token& stop_one) { serve(client, stop_one); });
  }
}

void WebhookTarget::serve(const Fd& client, const std::stop_token& stop) {
  std::string bytes;
  char buffer[16 * 1024];
  while (wait_for(client, POLLIN, stop)) {
    const ssize_t got = ::recv(client.get(), buffer, sizeof buffer, 0);
    if (got <= 0) return;
    bytes.append(buffer, static_cast<std::size_t>(got));
    const auto message = take_request(bytes);
    if (!message) continue;
    const std::string answer = answer_to(*message);
    for (std::size_t sent = 0; sent < answer.size();) {
      if (!wait_for(client, POLLOUT, stop)) return;
      const ssize_t went =
          ::send(client.get(), answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (went <= 0) return;
      sent += static_cast<std::size_t>(went);
    }
    if (begins(message->path, "/close") || begins(message->path, "/cut")) {
      ::shutdown(client.get(), SHUT_RDWR);
      return;
    }
  }
}

std::string WebhookTarget::answer_to(const SeenMessage& message) {
  const std::string& path = message.path;
  std::size_t before = 0;
  {
    auto seen = seen_.lock();
    before = static_cast<std::size_t>(
        std::count_if(seen->begin(), seen->end(), [&](const SeenMessage& each) { return each.path == path; }));
    seen->push_back(message);
  }
  if (begins(path, "/status-")) return answer_of(path.substr(8, 3));
  if (begins(path, "/flaky-")) return answer_of(before < std::stoul(path.substr(7)) ? "500" : "200");
  if (begins(path, "/redirect")) return answer_of("302", "Location: /ok\r\n");
  if (begins(path, "/busy-")) return answer_of("503", "Retry-After: " + path.substr(6) + "\r\n");
  if (begins(path, "/hang") || begins(path, "/close")) return {};
  if (begins(path, "/huge"))
    return "HTTP/1.1 200 x\r\nContent-Length: " + std::to_string(huge_bytes) + "\r\n\r\n" +
           std::string(huge_bytes, 'x');
  if (begins(path, "/cut") || begins(path, "/drip")) return "HTTP/1.1 200 x\r\nContent-Length: 100\r\n\r\nhalf";
  return answer_of("200");
}

}  // namespace platen::test
