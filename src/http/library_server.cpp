#include "http/library_server.hpp"

#include <algorithm>
#include <cstring>

#include "base/log.hpp"
#include "http/answer.hpp"
#include "http/call_handler.hpp"

namespace platen::http {

namespace {

/// The request, read from memory, and the answer, written to it.
class MemoryStream final : public httplib::Stream {
 public:
  MemoryStream(std::string head, const std::string& body) : head_(std::move(head)), body_(body) {}

  [[nodiscard]] std::string take_answer() { return std::move(answer_); }

  bool is_readable() const override { return offset_ < head_.size() + body_.size(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* buffer, size_t size) override {
    const bool in_head = offset_ < head_.size();
    const std::string_view rest =
        in_head ? std::string_view(head_).substr(offset_) : std::string_view(body_).substr(offset_ - head_.size());
    const std::size_t count = std::min(size, rest.size());
    std::memcpy(buffer, rest.data(), count);
    offset_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, size_t size) override {
    answer_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& address, int& port) const override { forget(address, port); }
  void get_local_ip_and_port(std::string& address, int& port) const override { forget(address, port); }
  /// The library compares it with FD_SETSIZE.
  socket_t socket() const override { return -1; }

 private:
  static void forget(std::string& address, int& port) {
    address.clear();
    port = 0;
  }

  std::string head_;
  const std::string& body_;
  std::size_t offset_ = 0;
  std::string answer_;
};

using Setup = std::function<void(httplib::Request&)>;

/// What `process_request` wants differs between the versions of the library that Debian 12 and 13 have; which of
/// these is called is decided by the type of the pointer to it.
struct Call {
  httplib::Server& server;
  httplib::Stream& stream;
  bool close;
  const Setup& setup;

  void through(bool (httplib::Server::*process)(httplib::Stream&, bool, bool&, const Setup&)) const {
    bool closed = false;
    (server.*process)(stream, close, closed, setup);
  }
  void through(bool (httplib::Server::*process)(httplib::Stream&, const std::string&, int, const std::string&, int,
                                                bool, bool&, const Setup&)) const {
    bool closed = false;
    const std::string nowhere;
    (server.*process)(stream, nowhere, 0, nowhere, 0, close, closed, setup);
  }
};

std::string clean_head(const Exchange& exchange) {
  std::string head;
  head.reserve(exchange.target.size() + exchange.host.size() + 80);
  head.append(exchange.method).append(" ").append(exchange.target).append(" HTTP/1.1\r\nHost: ");
  head.append(exchange.host).append("\r\nContent-Length: ").append(std::to_string(exchange.body.size()));
  return head.append("\r\n\r\n");
}

bool has_no_content(int status) { return status == 204 || status == 304; }

}  // namespace

LibraryServer::LibraryServer(const RouteTable& routes) : routes_(routes) {
  for (const Route& route : routes.routes()) add(route);
  set_error_handler(
      [this](const httplib::Request& request, httplib::Response& response) { on_error(request, response); });
  set_exception_handler(
      [this](const httplib::Request& request, httplib::Response& response, std::exception_ptr thrown) {
        Reply reply(request, response, *exchange_);
        answer_exception(reply, thrown);
      });
  set_post_routing_handler([this](const httplib::Request&, httplib::Response& response) { finish(response); });
}

void LibraryServer::add(const Route& route) {
  const auto handle = [this, &route](const httplib::Request& request, httplib::Response& response) {
    Reply reply(request, response, *exchange_);
    answer_by(route, request, reply, *exchange_);
  };
  if (route.method == "GET")
    Get(route.pattern, handle);
  else if (route.method == "POST")
    Post(route.pattern, handle);
  else if (route.method == "PUT")
    Put(route.pattern, handle);
  else if (route.method == "PATCH")
    Patch(route.pattern, handle);
  else if (route.method == "DELETE")
    Delete(route.pattern, handle);
  else
    throw std::invalid_argument("a route's method is none of GET, POST, PUT, PATCH, DELETE: " + route.method);
}

void LibraryServer::on_error(const httplib::Request& request, httplib::Response& response) {
  if (exchange_->status != 0) return;  // the handler's own
  Reply reply(request, response, *exchange_);
  if (response.status != 404)
    return reply.problem({Errc::internal, "the library answered " + std::to_string(response.status)});
  const auto match = routes_.find(exchange_->method, exchange_->path);
  if (match.allow.empty()) return reply.problem({Errc::not_found, "There is nothing at this path."});
  reply.header("Allow", match.allow);
  reply.problem({Errc::method_not_allowed, "The path does not take this method."});
}

void LibraryServer::finish(httplib::Response& response) {
  exchange_->status = response.status;
  response.headers.erase("Keep-Alive");
  response.headers.erase("Accept-Ranges");
  if (has_no_content(response.status)) response.headers.erase("Content-Length");
  if (exchange_->keep_alive && exchange_->minor_version == 0) response.headers.emplace("Connection", "keep-alive");
  response.headers.emplace("Date", http_date(std::time(nullptr)));
  response.headers.emplace("X-Request-Id", exchange_->request_id);
  response.headers.insert(exchange_->answer_headers.begin(), exchange_->answer_headers.end());
}

void LibraryServer::run(Exchange& exchange) {
  exchange_ = &exchange;
  exchange.outcome = Abandoned{};
  exchange.status = 0;
  MemoryStream stream(clean_head(exchange), exchange.body);
  const Setup setup = [&exchange](httplib::Request& request) {
    request.headers.merge(exchange.headers);
    request.remote_addr = exchange.peer;
  };
  Call{*this, stream, !exchange.keep_alive, setup}.through(&LibraryServer::process_request);
  // What a handler detached stands; the library's answer to it is dropped.
  if (std::holds_alternative<Abandoned>(exchange.outcome)) exchange.outcome = Bytes{stream.take_answer()};
  exchange_ = nullptr;
}

}  // namespace platen::http
