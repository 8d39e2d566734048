// A target of webhooks that behaves as the path tells it to, with many connections at once.
#pragma once

#include <list>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.hpp"
#include "base/guarded.hpp"

namespace platen::test {

/// A request as it came.
struct SeenMessage {
  std::string path;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// Answers by the first word of the path: `/ok` 200, `/status-NNN` that, `/flaky-N` 500 for the first N requests to
/// this path and 200 after, `/redirect` 302 to `/ok`, `/hang` nothing, `/close` closes, `/huge` 200 with 10 MB,
/// `/cut` 200 whose body breaks off, `/drip` 200 whose body never ends, `/busy-N` 503 with `Retry-After: N`.
/// Owns: a listener on a free port of 127.0.0.1, and threads.
class WebhookTarget {
 public:
  WebhookTarget();
  WebhookTarget(const WebhookTarget&) = delete;
  WebhookTarget& operator=(const WebhookTarget&) = delete;
  ~WebhookTarget();

  /// `http://127.0.0.1:PORT` and the path.
  [[nodiscard]] std::string url(const std::string& path) const;
  [[nodiscard]] std::string host_and_port() const;
  /// All so far, or those to one path.
  [[nodiscard]] std::vector<SeenMessage> seen();
  [[nodiscard]] std::vector<SeenMessage> seen(const std::string& path);

 private:
  void accept_all(const std::stop_token& stop);
  void serve(const Fd& client, const std::stop_token& stop);
  [[nodiscard]] std::string answer_to(const SeenMessage& message);

  Fd listener_;
  int port_ = 0;
  Guarded<std::vector<SeenMessage>> seen_;
  std::list<std::jthread> connections_;
  std::jthread thread_;
};

}  // namespace platen::test
