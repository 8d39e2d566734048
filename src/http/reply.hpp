// What a handler answers with.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "base/loop.hpp"
#include "http/auth/visitor.hpp"
#include "http/library.hpp"
#include "http/refusal.hpp"
#include "platen/error.hpp"
#include "platen/store.hpp"
#include "platen/trace.hpp"

namespace platen::http {

class Errands;
struct Exchange;
class Later;

/// A connection that the door has given up. Its new owner answers the request and closes the socket.
struct Detached {
  Fd socket;                   ///< non-blocking, TCP_NODELAY
  std::string input;           ///< bytes of the client that were read past the request; nearly always empty
  Errands* errands = nullptr;  ///< the door's, for what the client asks later on; borrowed
  Loop::Watch watch = {};      ///< of the door's loop, for reading; who adopts it says who is told
};

/// Takes over a connection. Runs once, on the loop's thread.
using Adopt = std::function<void(Detached)>;

/// What a waiting connection depends on, watched for as long as this lives. Threads: the loop's.
class Watching {
 public:
  virtual ~Watching() = default;
};

class Reply;

/// What becomes of a connection whose answer may be better a little later. Meanwhile it holds no thread.
struct Wait {
  std::chrono::milliseconds at_most{0};
  /// Begins to watch; on the loop's thread, once or, when there is no time to wait, never. It calls `over` at most
  /// once, later, on that thread, and never once the Watching is gone; the call may end the Watching.
  std::function<std::unique_ptr<Watching>(std::function<void()> over)> watch;
  /// Answers, on a thread of the pool, when the wait is over: what was watched for is there, or the time is up, or
  /// the door is draining or has no room for more waits. The request that it gets has no fields and no body any more.
  std::function<void(const httplib::Request&, Reply&)> answer;
};

/// A file to be sent, whole or, when the client asked for one range, in part.
struct FileRequest {
  Fd file;
  std::uint64_t bytes = 0;  ///< of the whole file
  std::string content_type;
  std::string etag;  ///< strong and quoted; empty: none. `If-Range` is held against it
};

/// The answer to one request, and what the door knows of the request beside httplib::Request.
/// Owns: nothing; lives as long as the call of the handler. Threads: the handler's.
class Reply {
 public:
  Reply(const httplib::Request& request, httplib::Response& response, Exchange& exchange);

  /// The client's X-Request-Id where it is sane, else a new one. Stands in the answer and in the log.
  [[nodiscard]] const std::string& request_id() const noexcept;
  /// Who sent the request; the route's `needs` are met.
  [[nodiscard]] const Visitor& visitor() const noexcept;
  [[nodiscard]] const Tenant& tenant() const noexcept;
  /// Where what this request brings about is to belong.
  [[nodiscard]] const TraceContext& trace() const noexcept;
  /// The request made this job: for the log and the traces.
  void made(const JobId& job);
  /// The client's address, without its port.
  [[nodiscard]] const std::string& peer() const noexcept;
  /// Host and port as the client named them; well-formed, not trusted.
  [[nodiscard]] const std::string& host() const noexcept;
  /// Whether the request's `Connection` names `upgrade`, and whether a body came with it.
  [[nodiscard]] bool connection_names_upgrade() const noexcept;
  [[nodiscard]] bool has_body() const noexcept;
  /// Whether the page that asks is of an origin that was allowed by name.
  [[nodiscard]] bool allows_origin() const;
  /// The committed upload of a `file` or form body. The file is the handler's to use or to remove.
  [[nodiscard]] const std::optional<Upload>& upload() const noexcept;
  /// What came of the body of a `part` route: how far its upload is now, or why the part was not taken.
  [[nodiscard]] const std::optional<Result<UploadProgress>>& part() const noexcept;

  /// Adds a header field to whatever the answer will be. CR, LF and NUL in a value become spaces.
  void header(std::string_view name, std::string_view value);

  // The answer. The last call counts.
  void json(int status, std::string body);
  void text(int status, std::string body, std::string_view content_type);
  void empty(int status);
  /// application/problem+json with the status of the error's code; Retry-After where trying again helps.
  void problem(const Error& error);
  /// A problem whose status no code of ours has.
  void refuse(const Refusal& refusal);
  /// Tells, in the answer's fields, what is left of the limit `policy`.
  void allowance(std::string_view policy, const Allowance& left);
  /// 200, 206 or 416, by `Range` and `If-Range`; the file is sent from another thread. The route handles
  /// If-None-Match, if it wants to, before.
  void file(FileRequest request);
  /// The connection leaves the door. A HEAD request keeps it and gets 200 with the headers added so far.
  void stream(Adopt adopt);
  /// The connection leaves the door to speak another protocol: 101 is for who adopts it to say.
  void upgrade(Adopt adopt);
  /// The connection is kept until the wait is over, then the wait's `answer` makes the answer: none of what was
  /// added so far is in it. When the client leaves meanwhile, nobody answers.
  void wait(Wait wait);
  /// The answer comes from whoever `begin` gives the right to, after the handler has returned; meanwhile the request
  /// holds no thread. Not for a request with an upload, nor for a quick route.
  void later(std::function<void(Later)> begin);
  /// The same, where `begin` has to run on the loop's thread.
  void later_on_loop(std::function<void(Later)> begin);
  /// The header fields added so far as lines ("Name: value\r\n" each), X-Request-Id among them: for whoever adopts
  /// the connection and writes the head itself.
  [[nodiscard]] std::string header_lines() const;

 private:
  const httplib::Request& request_;
  httplib::Response& response_;
  Exchange& exchange_;
};

}  // namespace platen::http
