#include "net/event_stream.hpp"

#include "base/guarded.hpp"

namespace platen::net {

namespace {

/// Sleeps; false when stopped before.
bool pause_for(std::chrono::milliseconds time, std::stop_token stop) {
  Guarded<bool> never(false);
  (void)never.wait(
      stop, [](bool woken) { return woken; }, time);
  return !stop.stop_requested();
}

}  // namespace

HttpRequest EventStream::request() const {
  HttpRequest request;
  request.url = options_.url;
  request.headers = options_.headers;
  request.headers.emplace_back("Accept: text/event-stream");
  request.headers.emplace_back("Cache-Control: no-store");
  const std::string& heard_id = parser_.last_event_id();
  const std::string& id = heard_id.empty() ? options_.last_event_id : heard_id;
  if (!id.empty()) request.headers.push_back("Last-Event-ID: " + id);
  request.stall_timeout = options_.silence;
  return request;
}

/// One connection: the stream's end, or nullopt when it is to be tried again.
Result<std::optional<StreamEnd>> EventStream::connect_once(const OnEvent& on_event, std::stop_token stop) {
  bool enough = false;
  Result<void> parsed;
  parser_.restart();
  heard_ = false;
  HttpEvents events;
  events.on_body = [&](std::string_view bytes) {
    heard_ = true;
    parsed = parser_.push(bytes, [&](const SseEvent& event) { enough = enough || on_event(event) == Flow::stop; });
    return enough || !parsed ? Flow::stop : Flow::go_on;
  };
  auto answer = client_.send(request(), events, stop);
  if (enough) return StreamEnd{};
  if (!parsed) return fail(parsed.error());
  if (!answer) return fail(answer.error());
  if (answer->status == 204) return StreamEnd{StreamEnd::Why::no_more, {}};
  constexpr int first_server_error = 500;
  if (answer->status >= first_server_error)
    return fail(Errc::unavailable, "the server answers " + std::to_string(answer->status));
  const auto type = answer->headers.find("content-type");
  const bool is_stream =
      answer->status == 200 && type != answer->headers.end() && type->second.rfind("text/event-stream", 0) == 0;
  if (!is_stream) return StreamEnd{StreamEnd::Why::refused, std::move(*answer)};
  return std::optional<StreamEnd>();
}

Result<StreamEnd> EventStream::follow(const OnEvent& on_event, std::stop_token stop, const OnBreak& on_break) {
  auto last_heard = std::chrono::steady_clock::now();
  for (;;) {
    auto end = connect_once(on_event, stop);
    if (end && *end) return std::move(**end);
    if (stop.stop_requested()) return fail(Errc::canceled, "stopped");
    if (heard_) last_heard = std::chrono::steady_clock::now();
    const Error broken = end ? Error{Errc::unavailable, "the stream ended early", {}} : end.error();
    const bool worth_retrying = broken.code == Errc::unavailable || broken.code == Errc::timed_out;
    if (!worth_retrying || std::chrono::steady_clock::now() - last_heard > options_.patience) return fail(broken);
    if (on_break) on_break(broken);
    if (!pause_for(parser_.retry().value_or(options_.pause), stop)) return fail(Errc::canceled, "stopped");
  }
}

}  // namespace platen::net
