// Results on their way from threads to a loop.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "base/fd.hpp"
#include "base/guarded.hpp"
#include "base/loop.hpp"

namespace platen::http {

/// Hands items to `receive` on the loop's thread, in order. Unlike Loop::post it may go before its loop does: what
/// has not been received by then goes with it, or with the last who can still send.
/// Bounded by its senders: each has at most one item under way for each that it was given.
/// Owns: a descriptor. Threads: the loop's; `put` and that of a Sender from any.
/// Errors: the constructor throws std::system_error when the kernel has no descriptors left.
template <class T>
class Mailbox final : private Pollable {
 public:
  /// Where items are put. May outlive the mailbox; what is put then is not received.
  class Box {
   public:
    Box() : wakeup_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
      if (!wakeup_) throw std::system_error(errno, std::generic_category(), "eventfd");
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
    friend class Mailbox;
    Fd wakeup_;
    Guarded<std::vector<T>> items_;
  };
  using Sender = std::shared_ptr<Box>;

  Mailbox(Loop& loop, std::function<void(T)> receive) : receive_(std::move(receive)), box_(std::make_shared<Box>()) {
    watch_ = loop.watch(box_->wakeup_.get(), Interest::read, *this);
  }

  void put(T item) { box_->put(std::move(item)); }
  [[nodiscard]] Sender sender() const { return box_; }

 private:
  void on_ready(Readiness) override {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(box_->wakeup_.get(), &count, sizeof count);
    std::vector<T> items;
    box_->items_.lock()->swap(items);
    for (T& item : items) receive_(std::move(item));
  }

  std::function<void(T)> receive_;
  Sender box_;
  Loop::Watch watch_;
};

}  // namespace platen::http
