// Hears at once when a running job is to stop.
#pragma once

#include <functional>
#include <thread>

#include "base/loop.hpp"
#include "platen/ids.hpp"
#include "queue/keys.hpp"
#include "redis/loop_connection.hpp"

namespace platen::queue {

/// Listens to the control channel, over outages. What is said during one is lost here; a renewal tells it too.
/// Owns: a thread, a loop and a connection. Threads: any may make and destroy it; `on_cancel` is called on its own.
class CancelListener {
 public:
  /// Called for every canceled job, whoever runs it; must not block.
  using OnCancel = std::function<void(const JobId&)>;

  CancelListener(const redis::Url& url, OnCancel on_cancel, Keys keys = Keys());
  ~CancelListener();

 private:
  void subscribe();
  void take(const redis::Value& push);

  OnCancel on_cancel_;
  Keys keys_;
  Loop loop_;
  redis::LoopConnection connection_;
  std::jthread thread_;
};

}  // namespace platen::queue
