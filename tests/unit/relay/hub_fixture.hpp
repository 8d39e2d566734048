// A hub over imagined events, and clients of its streams.
#pragma once

#include <sys/socket.h>

#include <array>
#include <string>
#include <utility>

#include "relay/hub.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/fake_events.hpp"
#include "tests/support/fake_feed.hpp"
#include "tests/unit/relay/reader.hpp"

namespace platen::test {

/// The client's end of a stream.
class Client {
 public:
  /// Connects a pair and returns the server's end.
  Fd connect() {
    std::array<int, 2> pair{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) == 0);
    socket_ = Fd(pair[0]);
    return Fd(pair[1]);
  }
  /// Takes what has arrived. A slow client does not.
  void read() {
    std::array<char, 4096> chunk;
    for (;;) {
      const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (got == 0) saw_end = true;
      if (got <= 0) return;
      text.append(chunk.data(), static_cast<std::size_t>(got));
    }
  }
  void send(std::string_view bytes) { REQUIRE(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0); }
  void close() { socket_.reset(); }
  [[nodiscard]] std::string head() const { return text.substr(0, text.find("\r\n\r\n") + 4); }
  [[nodiscard]] std::vector<ReadFrame> frames() const {
    return read_frames(std::string_view(text).substr(head().size()));
  }
  [[nodiscard]] std::string seen() const { return outline(frames()); }

  std::string text;
  bool saw_end = false;

 private:
  Fd socket_;
};

struct HubFixture {
  explicit HubFixture(relay::HubOptions options = {}) : hub(loop, {events, feed}, signer, std::move(options)) {}

  void open(Client& client, const relay::StreamRequest& request) {
    hub.adopt(client.connect(), request);
    settle();
    client.read();
  }
  void open(Client& client, const relay::JobsStreamRequest& request) {
    hub.adopt(client.connect(), request);
    settle();
    client.read();
  }
  /// Lets all that is on its way arrive.
  void settle() {
    events.settle();
    feed.settle();
    loop.turn(std::chrono::milliseconds(0));
  }
  template <class Condition>
  void turn_until(Condition holds) {
    eventually([&] {
      loop.turn(std::chrono::milliseconds(1));
      return holds();
    });
  }

  Loop loop;
  FakeEvents events;
  FakeFeed feed;
  PlainSigner signer;
  relay::Hub hub;
};

}  // namespace platen::test
