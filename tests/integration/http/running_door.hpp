// A door with a few routes, on a loop that runs in a thread of its own.
#pragma once

#include <fmt/format.h>

#include <future>
#include <memory>
#include <thread>

#include "base/log.hpp"
#include "http/door.hpp"
#include "http/text.hpp"
#include "tests/support/memory_uploads.hpp"
#include "tests/support/raw_http.hpp"

namespace platen::test {

/// Lets handlers wait until a test opens it.
class Gate {
 public:
  void open() {
    *open_.lock() = true;
    open_.notify_all();
  }
  void pass() {
    ++*entered_.lock();
    (void)open_.wait({}, [](bool is_open) { return is_open; });
  }
  [[nodiscard]] int entered() { return *entered_.lock(); }

 private:
  Guarded<bool> open_;
  Guarded<int> entered_;
};

inline http::Limits few_threads() {
  http::Limits limits;
  limits.pool_threads = 2;
  limits.upload_threads = 2;
  limits.sweep_every = std::chrono::milliseconds(10);
  return limits;
}

class RunningDoor {
 public:
  explicit RunningDoor(const http::Limits& limits = few_threads(), http::Routes more = {},
                       http::CrossOrigin cross_origin = {})
      : listener_(http::bind_listener("127.0.0.1", 0).value()) {
    spdlog::set_level(spdlog::level::off);
    http::Routes all = routes();
    for (http::Route& route : more) all.push_back(std::move(route));
    std::vector<Fd> sockets;
    sockets.push_back(std::move(listener_.socket));
    door_ = std::make_unique<http::Door>(loop_, std::move(sockets), std::move(all), uploads_, limits,
                                         std::move(cross_origin));
    thread_ = std::jthread([this](const std::stop_token& stop) { loop_.run(stop); });
  }
  ~RunningDoor() {
    gate_.open();
    thread_.request_stop();
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port; }
  [[nodiscard]] RawHttp connect() const { return RawHttp(port()); }
  [[nodiscard]] MemoryUploads& uploads() noexcept { return uploads_; }
  [[nodiscard]] Gate& gate() noexcept { return gate_; }
  /// Runs `action` on the loop's thread and gives its result.
  template <class Action>
  auto on_loop(Action action) {
    std::packaged_task<decltype(action(*door_))()> task([&] { return action(*door_); });
    auto result = task.get_future();
    loop_.post([&task] { task(); });
    return result.get();
  }
  [[nodiscard]] http::DoorStats stats() {
    return on_loop([](http::Door& door) { return door.stats(); });
  }
  /// Where `/stream` puts the connections that it detaches.
  [[nodiscard]] Guarded<std::vector<http::Detached>>& detached() noexcept { return detached_; }

 private:
  http::Routes routes() {
    using http::Body;
    using http::Reply;
    using httplib::Request;
    http::Routes all;
    all.push_back(
        {"GET", "/hello", Body::none, [](const Request&, Reply& reply) { reply.text(200, "hello", "text/plain"); }});
    all.push_back({"GET", "/items/{id}", Body::none, [](const Request& request, Reply& reply) {
                     reply.json(200, "\"" + std::string(http::part_of_path(request.path, 1)) + "\"");
                   }});
    all.push_back({"POST", "/items/{id}/poke", Body::none, [](const Request&, Reply& reply) { reply.empty(204); }});
    all.push_back({"POST", "/echo", Body::json, [](const Request& request, Reply& reply) {
                     reply.json(201, request.body.empty() ? "\"nothing\"" : request.body);
                   }});
    all.push_back({"GET", "/headers", Body::none, [](const Request& request, Reply& reply) {
                     reply.header("X-Seen", request.get_header_value("X-Test"));
                     reply.text(200, request.get_param_value("q"), "text/plain");
                   }});
    all.push_back({"GET", "/boom", Body::none, [](const Request&, Reply&) { throw std::runtime_error("secret"); }});
    all.push_back({"GET", "/gone", Body::none, [](const Request&, Reply& reply) {
                     reply.problem({Errc::gone, "It is gone."});
                   }});
    all.push_back({"GET", "/wait", Body::none, [this](const Request&, Reply& reply) {
                     gate_.pass();
                     reply.text(200, "passed", "text/plain");
                   }});
    all.push_back({"POST", "/uploads", Body::file, [](const Request&, Reply& reply) { reply_with_upload(reply, ""); }});
    all.push_back({"POST", "/jobs", Body::json_or_form,
                   [](const Request& request, Reply& reply) { reply_with_upload(reply, request.body); }});
    all.push_back({"GET", "/file", Body::none, [this](const Request&, Reply& reply) {
                     Fd file = memory_file(file_text()).value();
                     reply.header("X-More", "yes");
                     reply.file({std::move(file), file_text().size(), "application/pdf", "\"v1\""});
                   }});
    all.push_back({"GET", "/stream", Body::none, [this](const Request&, Reply& reply) {
                     reply.header("Location", "/somewhere");
                     reply.stream([this](http::Detached connection) {
                       connection.watch.reset();  // it is the loop's, and this goes to another thread
                       detached_.lock()->push_back(std::move(connection));
                     });
                   }});
    return all;
  }
  static void reply_with_upload(http::Reply& reply, const std::string& job) {
    const auto& upload = reply.upload();
    reply.json(202, upload
                        ? fmt::format(R"({{"job":"{}","bytes":{},"sha256":"{}"}})", job, upload->bytes, upload->sha256)
                        : job);
  }

 public:
  /// What `/file` sends: larger than what sockets buffer.
  [[nodiscard]] const std::string& file_text() const {
    static const std::string text = [] {
      std::string block;
      for (int i = 0; i < 10'000; ++i) block += std::to_string(i) + "\n";
      std::string made;
      while (made.size() < std::size_t{16} * 1024 * 1024) made += block;
      return made;
    }();
    return text;
  }

 private:
  MemoryUploads uploads_;
  Gate gate_;
  Guarded<std::vector<http::Detached>> detached_;
  http::BoundListener listener_;
  Loop loop_;
  std::unique_ptr<http::Door> door_;
  std::jthread thread_;
};

}  // namespace platen::test
