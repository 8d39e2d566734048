// Messages to targets that others named: many at once, none waiting for another (libcurl's multi interface).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/address_guard.hpp"

namespace platen::net {

struct Message {
  std::string url;
  std::vector<std::string> headers;  ///< each `Name: value`
  std::string body;
  std::chrono::milliseconds timeout{15'000};  ///< of everything, the name's resolution included
};

/// What came of a message.
struct Receipt {
  int status = 0;     ///< of the answer; 0: there was none
  std::string error;  ///< a sentence that says why there was none; holds nothing of the message
  std::chrono::milliseconds duration{0};
  std::optional<std::chrono::seconds> retry_after;  ///< as the target asked, in seconds
};

/// POSTs messages. It trusts no target: it connects only where the guard allows, checked on the very address that the
/// connection goes to, follows no redirect, uses no proxy, speaks HTTP/1.1, verifies certificates, and reads no more
/// than `most_answer_bytes` of an answer: its status is what counts, also when the rest never comes.
/// Each message has a connection of its own, and is sent once.
/// Owns: a thread and the connections.
class Courier {
 public:
  static constexpr std::size_t most_answer_bytes = 64 * 1024;
  using Done = std::function<void(Receipt)>;

  /// Throws std::runtime_error when libcurl cannot be set up.
  explicit Courier(AddressGuard guard);
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;
  /// Breaks off what is under way; nobody is told.
  ~Courier();

  /// Begins to send; `done` is called once, on the courier's thread, and must not block. How many are under way at
  /// once is the caller's to bound. Threads: any.
  void send(Message message, Done done);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace platen::net
