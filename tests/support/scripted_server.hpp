// An HTTP server that answers each connection with the next of the answers it was given, byte for byte.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "base/fd.hpp"
#include "base/guarded.hpp"

namespace platen::test {

/// Owns: its listener on a free port of 127.0.0.1 and the thread that serves it, one connection at a time.
class ScriptedServer {
 public:
  /// What to send back once a request is whole.
  struct Answer {
    std::string bytes;
    /// Whether the connection then stays open, silent, until the client leaves.
    bool stays_open = false;
  };

  explicit ScriptedServer(std::vector<Answer> answers);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer();

  [[nodiscard]] std::string url() const;
  /// The requests so far, head and body as they came. Each answer is followed by the connection's end.
  [[nodiscard]] std::vector<std::string> requests();

 private:
  void serve(const std::stop_token& stop);

  std::vector<Answer> answers_;
  Fd listener_;
  int port_ = 0;
  Guarded<std::vector<std::string>> requests_;
  std::jthread thread_;
};

}  // namespace platen::test
