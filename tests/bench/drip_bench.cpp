// Prints how long fresh requests take while other clients drip a byte a second each: half of them in their heads,
// half in their bodies. Usage: drip_bench [SECONDS [DRIPPING_CLIENTS]]; clients and door share machine and process.
#include <fmt/format.h>
#include <sys/socket.h>

#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "http/door.hpp"
#include "tests/bench/latency.hpp"
#include "tests/support/memory_uploads.hpp"

using namespace platen;

namespace {

/// Sends its request byte by byte, and begins again when it is cut off.
class Dripper {
 public:
  Dripper(std::uint16_t port, std::string request) : port_(port), request_(std::move(request)), client_(port) {}
  void drip() {
    const bool is_cut = ::send(client_.socket().get(), &request_[sent_], 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1;
    sent_ = (sent_ + 1) % request_.size();
    if (!is_cut) return;
    client_ = test::RawHttp(port_);
    sent_ = 0;
    ++restarts_;
  }
  [[nodiscard]] int restarts() const noexcept { return restarts_; }

 private:
  std::uint16_t port_;
  std::string request_;
  test::RawHttp client_;
  std::size_t sent_ = 0;
  int restarts_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  const std::chrono::seconds duration(count > 1 ? std::atoi(arguments[1]) : 10);
  const int clients = count > 2 ? std::atoi(arguments[2]) : 500;
  if (!start_log("drip_bench", {.level = "error"})) return 1;
  bench::raise_descriptor_limit();

  Loop loop;
  test::MemoryUploads uploads(false);
  auto bound = http::bind_listener("127.0.0.1", 0);
  if (!bound) return 1;
  std::vector<Fd> listeners;
  listeners.push_back(std::move(bound->socket));
  http::Routes routes;
  routes.push_back({"GET", "/hello", http::Body::none,
                    [](const httplib::Request&, http::Reply& reply) { reply.text(200, "hello", "text/plain"); }});
  routes.push_back(
      {"POST", "/echo", http::Body::json, [](const httplib::Request&, http::Reply& reply) { reply.empty(204); }});
  http::Door door(loop, std::move(listeners), std::move(routes), uploads, {});
  std::jthread thread([&](const std::stop_token& stop) { loop.run(stop); });

  const std::string in_head = test::get_request("/hello", "X-Long: " + std::string(4000, 'a') + "\r\n");
  const std::string in_body = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
  std::vector<std::unique_ptr<Dripper>> drippers;
  for (int i = 0; i < clients; ++i) {
    drippers.push_back(std::make_unique<Dripper>(bound->port, i % 2 == 0 ? in_head : std::string(1000, '1')));
    if (i % 2 == 0) continue;
    drippers.back() = std::make_unique<Dripper>(bound->port, in_body);
    for (std::size_t sent = 0; sent < in_body.size(); ++sent) drippers.back()->drip();  // now it is in its body
  }
  const auto begun = std::chrono::steady_clock::now();
  std::jthread dripping([&](const std::stop_token& stop) {
    for (std::size_t i = 0; !stop.stop_requested(); ++i) {
      std::this_thread::sleep_until(begun + i * std::chrono::microseconds(1'000'000 / std::max(clients, 1)));
      if (!drippers.empty()) drippers[i % drippers.size()]->drip();
    }
  });
  std::vector<bench::Milliseconds> times;
  while (std::chrono::steady_clock::now() - begun < duration) {
    times.push_back(bench::fresh_request(bound->port, test::get_request("/hello")));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  dripping.request_stop();
  dripping.join();
  int restarts = 0;
  for (const auto& each : drippers) restarts += each->restarts();
  fmt::print("{} dripping clients ({} times cut off): a fresh request takes {}\n", clients, restarts,
             bench::percentiles(std::move(times)));
  thread.request_stop();
  thread.join();
}
