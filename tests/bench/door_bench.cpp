// Prints how many plain GETs a second the door answers over keep-alive connections.
// Usage: door_bench [SECONDS [CONNECTIONS [POOL_THREADS]]]; client and door share the machine and the process.
#include <fmt/format.h>
#include <sys/socket.h>

#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "http/door.hpp"
#include "tests/support/memory_uploads.hpp"
#include "tests/support/raw_http.hpp"

using namespace platen;

namespace {

/// Sends a request, waits for its answer, and again.
class Asker final : public Pollable {
 public:
  Asker(Loop& loop, std::uint16_t port, std::uint64_t& answers) : client_(port), answers_(answers) {
    watch_ = loop.watch(client_.socket().get(), Interest::read, *this);
    ask();
  }
  void on_ready(Readiness) override {
    char buffer[4096];
    const ssize_t got = ::recv(client_.socket().get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (got <= 0) return watch_.reset();
    if (std::string_view(buffer, static_cast<std::size_t>(got)).substr(0, 12) == "HTTP/1.1 200") ++answers_;
    ask();
  }

 private:
  void ask() { client_.send(request_); }

  test::RawHttp client_;
  std::uint64_t& answers_;
  Loop::Watch watch_;
  std::string request_ = test::get_request("/hello", "User-Agent: bench\r\nAccept: */*\r\n");
};

}  // namespace

int main(int count, char** arguments) {
  const auto argument = [&](int index, int otherwise) {
    return count > index ? std::atoi(arguments[index]) : otherwise;
  };
  const std::chrono::seconds duration(argument(1, 3));
  const int connections = argument(2, 64);
  http::Limits limits;
  limits.pool_threads = static_cast<unsigned>(argument(3, 2));
  if (!start_log("door_bench", {.level = "error"})) return 1;

  Loop loop;
  test::MemoryUploads uploads;
  auto bound = http::bind_listener("127.0.0.1", 0);
  if (!bound) return 1;
  std::vector<Fd> listeners;
  listeners.push_back(std::move(bound->socket));
  http::Routes routes;
  routes.push_back({"GET", "/hello", http::Body::none,
                    [](const httplib::Request&, http::Reply& reply) { reply.text(200, "hello", "text/plain"); }, true});
  http::Door door(loop, std::move(listeners), std::move(routes), uploads, limits);
  std::jthread thread([&](const std::stop_token& stop) { loop.run(stop); });

  std::uint64_t answers = 0;
  Loop client;
  std::vector<std::unique_ptr<Asker>> askers;
  for (int i = 0; i < connections; ++i) askers.push_back(std::make_unique<Asker>(client, bound->port, answers));
  const auto begun = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begun < duration) client.turn(std::chrono::milliseconds(10));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  fmt::print("{:.0f} GET/s over {} connections, {} pool threads\n", static_cast<double>(answers) / seconds, connections,
             limits.pool_threads);
  thread.request_stop();
  thread.join();
}
