#include "tests/support/raw_http.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <stdexcept>

#include "tests/support/eventually.hpp"
#include "tests/support/loopback.hpp"

namespace platen::test {

namespace {

void wait_for(const Fd& socket, short events) {
  pollfd waiting{socket.get(), events, 0};
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  if (::poll(&waiting, 1, static_cast<int>(ms)) <= 0) throw std::runtime_error("the peer neither sent nor took a byte");
}

}  // namespace

std::string RawAnswer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

RawHttp::RawHttp(std::uint16_t port) : socket_(connect_to_loopback(port)) {}

void RawHttp::send(std::string_view bytes) {
  while (!bytes.empty()) {
    wait_for(socket_, POLLOUT);
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) throw std::runtime_error("cannot send: " + errno_text(errno));
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void RawHttp::send_what_goes(std::string_view bytes) {
  try {
    send(bytes);
  } catch (const std::runtime_error&) {
  }
}

void RawHttp::finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }

void RawHttp::abort() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

bool RawHttp::fill() {
  wait_for(socket_, POLLIN);
  char buffer[64 * 1024];
  const ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, 0);
  if (got < 0 && errno != EINTR && errno != ECONNRESET) throw std::runtime_error("cannot read: " + errno_text(errno));
  if (got > 0) received_.append(buffer, static_cast<std::size_t>(got));
  return got > 0;
}

RawAnswer RawHttp::head() {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) throw std::runtime_error("the peer closed before an answer was whole: '" + received_ + "'");
  const std::string text = received_.substr(0, end + 2);
  received_.erase(0, end + 4);
  RawAnswer answer;
  if (text.compare(0, 9, "HTTP/1.1 ") != 0) throw std::runtime_error("not an answer: " + text);
  answer.status = std::stoi(text.substr(9, 3));
  for (std::size_t start = text.find("\r\n") + 2; start < text.size();) {
    const std::size_t line_end = text.find("\r\n", start);
    const std::size_t colon = text.find(':', start);
    std::string name = text.substr(start, colon - start);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (!answer.headers.emplace(name, text.substr(colon + 2, line_end - colon - 2)).second)
      throw std::runtime_error("a doubled header: " + text);
    start = line_end + 2;
  }
  return answer;
}

RawAnswer RawHttp::answer() {
  RawAnswer answer = head();
  const std::string length = answer.header("content-length");
  if (!length.empty()) answer.body = read(std::stoul(length));
  return answer;
}

RawAnswer RawHttp::answer_to_head() { return head(); }

std::string RawHttp::read(std::size_t count) {
  while (received_.size() < count)
    if (!fill()) throw std::runtime_error("the peer closed too early");
  std::string bytes = received_.substr(0, count);
  received_.erase(0, count);
  return bytes;
}

std::string RawHttp::read_to_end() {
  while (fill()) {
  }
  return std::exchange(received_, {});
}

std::string get_request(std::string_view path, std::string_view lines) {
  return std::string("GET ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n").append(lines).append("\r\n");
}

std::string post_request(std::string_view path, std::string_view content_type, std::string_view body) {
  std::string text = "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!content_type.empty()) text.append("Content-Type: ").append(content_type).append("\r\n");
  return text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

}  // namespace platen::test
