// Sends files to sockets from a loop of its own, so that a cold disk stalls nobody else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/fd.hpp"
#include "base/loop.hpp"
#include "http/exchange.hpp"
#include "http/limits.hpp"

namespace platen::http {

/// A socket that comes back. Empty when the client left, read too slowly, or the file was shorter than it should be.
struct SentFile {
  ConnectionId connection = 0;
  Fd socket;
};

/// Owns: its thread, and each socket and file from `send` until it is done.
/// Threads: `send` from any; `done` is called on the sender's own.
class FileSender {
 public:
  using Done = std::function<void(SentFile)>;
  FileSender(const Limits& limits, Done done);
  FileSender(const FileSender&) = delete;
  FileSender& operator=(const FileSender&) = delete;
  ~FileSender();

  /// Sends the head and then the part of the file, without blocking; `done` is called exactly once, unless the sender
  /// goes before. `socket` is non-blocking.
  void send(ConnectionId connection, Fd socket, FilePart part);

 private:
  class Transfer;
  void begin(std::unique_ptr<Transfer> transfer);
  void end(Transfer& transfer, bool is_sound);
  void sweep();

  Limits limits_;
  Done done_;
  Loop loop_;
  std::unordered_map<ConnectionId, std::unique_ptr<Transfer>> transfers_;
  Loop::Timer sweeper_;
  std::jthread thread_;
};

}  // namespace platen::http
