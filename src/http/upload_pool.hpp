// The threads that receive uploads.
#pragma once

#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "http/limits.hpp"
#include "http/mailbox.hpp"
#include "http/route_table.hpp"
#include "http/upload_session.hpp"

namespace platen::http {

/// A connection that comes back from its upload.
struct UploadedConnection {
  ExchangePtr exchange;  ///< with its outcome
  Fd socket;
  std::string input;          ///< of the next request
  bool body_is_used = false;  ///< false: what is left of the body makes the connection useless
};

/// Receives uploads and runs their handlers, one at a time for each thread.
/// Owns: its threads, and what they were lent until it comes back. The destructor breaks off what is under way.
/// Threads: the loop's.
class UploadPool {
 public:
  struct Ports {
    const RouteTable& routes;
    UploadStore& store;
    Mailbox<UploadedConnection>& finished;
  };
  UploadPool(const Ports& ports, const Limits& limits);
  UploadPool(const UploadPool&) = delete;
  UploadPool& operator=(const UploadPool&) = delete;
  ~UploadPool();

  /// False, with the order untouched, when every thread is busy. Every order that was taken comes back.
  [[nodiscard]] bool try_lend(UploadOrder&& order);
  /// To be told of each that came back.
  void returned() noexcept { --lent_; }

 private:
  void work(const std::stop_token& stop);

  Ports ports_;
  Limits limits_;
  unsigned lent_ = 0;
  BoundedQueue<UploadOrder> waiting_;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace platen::http
