// The threads that carry uploads to the disk.
#pragma once

#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "http/limits.hpp"
#include "http/mailbox.hpp"
#include "http/route_table.hpp"
#include "http/upload_session.hpp"

namespace platen::http {

/// A connection that comes back from its loan.
struct ReturnedUpload {
  UploadOrder order;
  bool is_over = false;  ///< the exchange has its outcome; else the loop gathers the next chunk
};

/// Takes up uploads, first come first served, and runs the handlers of those that are over.
/// Owns: its threads, and what they were lent until it comes back. The destructor has them finish the turns of all
/// that they were lent.
/// Threads: the loop's.
class UploadPool {
 public:
  struct Ports {
    const RouteTable& routes;
    UploadStore& store;
    Mailbox<ReturnedUpload>& returned;
  };
  UploadPool(const Ports& ports, const Limits& limits);
  UploadPool(const UploadPool&) = delete;
  UploadPool& operator=(const UploadPool&) = delete;
  ~UploadPool();

  /// Every order comes back. There is room for `Limits::uploads` of them; false, with the order untouched, beyond.
  [[nodiscard]] bool try_lend(UploadOrder&& order) { return waiting_.try_push(std::move(order)); }

 private:
  void work(const std::stop_token& stop);

  Ports ports_;
  Limits limits_;
  BoundedQueue<UploadOrder> waiting_;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace platen::http
