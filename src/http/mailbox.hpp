// Results on their way from threads to a loop.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/fd.hpp"
#include "base/guarded.hpp"
#include "base/loop.hpp"

namespace platen::http {

/// Hands items to `receive` on the loop's thread, in order. Unlike Loop::post it may go before its loop does: what
/// has not been received by then goes with it.
/// Bounded by its senders: each has at most one item under way for each that it was given.
/// Owns: a descriptor. Threads: `put` from any; all else from the loop's.
/// Errors: the constructor throws std::system_error when the kernel has no descriptors left.
template <class T>
class Mailbox final : private Pollable {
 public:
  Mailbox(Loop& loop, std::function<void(T)> receive)
      : receive_(std::move(receive)), wakeup_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!wakeup_) throw std::system_error(errno, std::generic_category(), "eventfd");
    watch_ = loop.watch(wakeup_.get(), Interest::read, *this);
  }

  void put(T item) {
    bool first = false;
    {
      auto items = items_.lock();
      first = items->empty();
      items->push_back(std::move(item));
    }
    if (!first) return;
    const std::uint64_t one = 1;
    // Fails only when the counter is full, and then the loop is awake already.
    [[maybe_unused]] const ssize_t written = ::write(wakeup_.get(), &one, sizeof one);
  }

 private:
  void on_ready(Readiness) override {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wakeup_.get(), &count, sizeof count);
    std::vector<T> items;
    items_.lock()->swap(items);
    for (T& item : items) receive_(std::move(item));
  }

  std::function<void(T)> receive_;
  Fd wakeup_;
  Loop::Watch watch_;
  Guarded<std::vector<T>> items_;
};

}  // namespace platen::http
