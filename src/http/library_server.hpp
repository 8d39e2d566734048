// cpp-httplib as a function from bytes to bytes.
#pragma once

#include "http/exchange.hpp"
#include "http/library.hpp"
#include "http/route_table.hpp"

namespace platen::http {

/// The library's server, which here never listens and never sees a socket: it is handed one request in memory at a
/// time, routes it, and writes the answer into memory.
/// Its faults stay outside: it gets a clean head (request line, Host, Content-Length); the header fields are put in
/// behind its parser, which would undo percent-encoding in their values and answer `Range` by itself.
/// Threads: one; each thread that runs handlers has an instance of its own, so the exchange under way is a plain
/// member.
class LibraryServer : private httplib::Server {
 public:
  /// `routes` is borrowed.
  explicit LibraryServer(const RouteTable& routes);

  /// Runs the handler of the request and leaves its answer in the exchange. Nothing is thrown.
  void run(Exchange& exchange);

 private:
  void add(const Route& route);
  void on_error(const httplib::Request& request, httplib::Response& response);
  void finish(httplib::Response& response);

  const RouteTable& routes_;
  Exchange* exchange_ = nullptr;
};

}  // namespace platen::http
