// Data that threads share, reachable only through its lock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace platen {

/// A `T` and its mutex. There is no way to the value but `lock`, and none to keep it past the lock.
/// Threads: any.
template <class T>
class Guarded {
 public:
  /// The value, for as long as this lives.
  class Locked {
   public:
    T& operator*() const noexcept { return *value_; }
    T* operator->() const noexcept { return value_; }

   private:
    friend class Guarded;
    Locked(std::mutex& mutex, T& value) : lock_(mutex), value_(&value) {}
    std::unique_lock<std::mutex> lock_;
    T* value_;
  };

  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  [[nodiscard]] Locked lock() { return Locked(mutex_, value_); }

  /// Wakes those in `wait`. Call it after the change, the lock released or not.
  void notify_all() noexcept { changed_.notify_all(); }
  /// Wakes one of those in `wait`, where it is the same which.
  void notify_one() noexcept { changed_.notify_one(); }

  /// Blocks until `ready(value)` holds, then returns the lock; nullopt when stopped or out of time.
  template <class Ready>
  [[nodiscard]] std::optional<Locked> wait(std::stop_token stop, Ready ready,
                                           std::chrono::milliseconds at_most = std::chrono::hours(24)) {
    Locked locked = lock();
    if (!changed_.wait_for(locked.lock_, stop, at_most, [&] { return ready(*locked); })) return std::nullopt;
    return locked;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  T value_{};
};

/// A first-in, first-out queue between threads that holds at most `capacity` items; a full one refuses.
/// Threads: any.
template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  /// False, with `item` untouched, when full.
  [[nodiscard]] bool try_push(T&& item) {
    {
      auto items = items_.lock();
      if (items->size() >= capacity_) return false;
      items->push_back(std::move(item));
    }
    items_.notify_one();
    return true;
  }

  /// The oldest item; waits for one; nullopt once stopped.
  [[nodiscard]] std::optional<T> pop(std::stop_token stop) {
    auto items = items_.wait(stop, [](const std::deque<T>& waiting) { return !waiting.empty(); });
    if (!items) return std::nullopt;
    T item = std::move((*items)->front());
    (*items)->pop_front();
    return item;
  }

 private:
  std::size_t capacity_;
  Guarded<std::deque<T>> items_;
};

}  // namespace platen
