// Prints how long fresh requests take, and what memory the door has, while thousands of clients download a large file
// and read next to nothing. Usage: download_bench [DOWNLOADS [REQUESTS]]; the clients are a process of their own, for
// each side needs as many descriptors (the door two for each download).
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "http/door.hpp"
#include "tests/bench/latency.hpp"
#include "tests/support/memory_uploads.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen;

namespace {

constexpr std::size_t file_bytes = std::size_t{64} * 1024 * 1024;

/// A connection with a small window that has asked for the file. An empty one when there is no place.
Fd begin_download(std::uint16_t port) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int small = 4096;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!socket || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
  const std::string request = test::get_request("/file");
  std::array<char, 12> status{};
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0 ||
      ::recv(socket.get(), status.data(), status.size(), MSG_WAITALL) != static_cast<ssize_t>(status.size()) ||
      std::string_view(status.data(), status.size()) != "HTTP/1.1 200")
    return {};
  return socket;
}

int be_the_clients(std::uint16_t port, int downloads, int requests) {
  const pid_t door = ::getppid();
  const std::string hello = test::get_request("/hello");
  const auto measure = [&] {
    std::vector<bench::Milliseconds> times;
    for (int i = 0; i < requests; ++i) {
      times.push_back(bench::fresh_request(port, hello));
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return bench::percentiles(std::move(times));
  };
  fmt::print("no download: {:.0f} MB, a fresh request takes {}\n", bench::resident_mb(door), measure());
  std::vector<Fd> slow;
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < downloads; ++i) {
    slow.push_back(begin_download(port));
    if (slow.back()) continue;
    fmt::print("download {} found no place\n", i + 1);
    slow.pop_back();
    break;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  fmt::print("{} slow downloads, begun in {:.1f} s: {:.0f} MB, a fresh request takes {}\n", slow.size(), took.count(),
             bench::resident_mb(door), measure());
  return slow.size() == static_cast<std::size_t>(downloads) ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  const int downloads = count > 1 ? std::atoi(arguments[1]) : 9000;
  const int requests = count > 2 ? std::atoi(arguments[2]) : 500;
  bench::raise_descriptor_limit();
  auto bound = http::bind_listener("127.0.0.1", 0);
  if (!bound) return 1;
  const std::uint16_t port = bound->port;
  const pid_t clients = ::fork();  // before there are threads
  if (clients == 0) {
    bound->socket.reset();
    return be_the_clients(port, downloads, requests);
  }
  if (!start_log("download_bench", {.level = "error"})) return 1;
  test::TempDir folder;
  const std::string path = folder / "file";
  if (!write_file(path, std::string(file_bytes, 'x'), 0600)) return 1;

  Loop loop;
  test::MemoryUploads uploads;
  std::vector<Fd> listeners;
  listeners.push_back(std::move(bound->socket));
  http::Routes routes;
  routes.push_back({"GET", "/hello", http::Body::none,
                    [](const httplib::Request&, http::Reply& reply) { reply.text(200, "hello", "text/plain"); }});
  routes.push_back({"GET", "/file", http::Body::none, [&](const httplib::Request&, http::Reply& reply) {
                      Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
                      if (!file) return reply.problem({Errc::unavailable, "There are no descriptors left."});
                      reply.file({std::move(file), file_bytes, "application/pdf", "\"v1\""});
                    }});
  http::Door door(loop, std::move(listeners), std::move(routes), uploads, {});
  std::jthread thread([&](const std::stop_token& stop) { loop.run(stop); });
  int status = 0;
  ::waitpid(clients, &status, 0);
  fmt::print("{:.2f} s of processor time in all\n", bench::cpu_seconds());
  thread.request_stop();
  thread.join();
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
