// Following a stream of events over broken connections, as a browser's EventSource does.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "net/http_client.hpp"
#include "net/sse_parser.hpp"
#include "platen/error.hpp"

namespace platen::net {

struct EventStreamOptions {
  std::string url;
  std::vector<std::string> headers;
  std::string last_event_id;  ///< go on after it; empty: from the beginning
  /// How long the server may be out of reach, time after time, before that is the end.
  std::chrono::milliseconds patience{60'000};
  /// How long a connection may be silent before it counts as broken: three heartbeats.
  std::chrono::milliseconds silence{45'000};
  /// Between attempts, where the server asked for no other.
  std::chrono::milliseconds pause{1'000};
};

/// How a stream ended.
struct StreamEnd {
  enum class Why {
    enough,   ///< the listener had what it wanted
    no_more,  ///< the server said so (204)
    refused,  ///< the server answered something else than a stream
  } why = Why::enough;
  HttpResponse answer;  ///< of `refused`
};

/// Reads a stream until its end, coming back with `Last-Event-ID` whenever the connection breaks. A 5xx answer is a
/// server that is not there yet. Errors: those of HttpClient; `unavailable` or `timed_out` only once patience is over.
/// Threads: one at a time.
class EventStream {
 public:
  using OnEvent = std::function<Flow(const SseEvent&)>;
  /// Told when a connection broke and will be tried again.
  using OnBreak = std::function<void(const Error&)>;

  EventStream(HttpClient& client, EventStreamOptions options) : client_(client), options_(std::move(options)) {}

  [[nodiscard]] Result<StreamEnd> follow(const OnEvent& on_event, std::stop_token stop, const OnBreak& on_break = {});

 private:
  [[nodiscard]] Result<std::optional<StreamEnd>> connect_once(const OnEvent& on_event, std::stop_token stop);
  [[nodiscard]] HttpRequest request() const;

  HttpClient& client_;
  EventStreamOptions options_;
  SseParser parser_;
  bool heard_ = false;  // whether this connection brought anything
};

}  // namespace platen::net
