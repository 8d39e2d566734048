// The event loop: descriptors, timers and work from other threads, one turn at a time (epoll).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <vector>

#include "base/fd.hpp"
#include "base/guarded.hpp"

namespace platen {

/// What a descriptor's owner wants to hear of.
enum class Interest : std::uint8_t { none, read, write, both };

/// What the kernel said of a descriptor. `hangup` covers errors and a peer that is gone both ways.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool hangup = false;
};

/// Told when its descriptor is ready (level-triggered). May drop its own or any other Watch from within.
class Pollable {
 public:
  virtual ~Pollable() = default;
  virtual void on_ready(Readiness ready) = 0;
};

/// One thread's event loop.
/// Owns: its epoll descriptor and timers; the descriptors that are watched stay their owners'.
/// Threads: `post` from any; all else from the thread that calls `run`, or before `run`.
/// Errors: the constructor throws std::system_error when the kernel has no descriptors left.
class Loop {
 public:
  using Task = std::function<void()>;
  using SteadyTime = std::chrono::steady_clock::time_point;

  /// Keeps a descriptor watched for as long as it lives; must not outlive the loop or the descriptor.
  class Watch {
   public:
    Watch() noexcept = default;
    Watch(Watch&& other) noexcept;
    Watch& operator=(Watch&& other) noexcept;
    ~Watch() { reset(); }
    void reset() noexcept;
    void set(Interest interest);
    /// From now on this one is told, what is ready in this turn included; null: nobody, until it is said who.
    void tell(Pollable* pollable) noexcept;
    explicit operator bool() const noexcept { return loop_ != nullptr; }

   private:
    friend class Loop;
    Watch(Loop& loop, std::uint32_t slot) noexcept : loop_(&loop), slot_(slot) {}
    Loop* loop_ = nullptr;
    std::uint32_t slot_ = 0;
  };

  /// Keeps a timer pending for as long as it lives; must not outlive the loop.
  class Timer {
   public:
    Timer() noexcept = default;
    Timer(Timer&& other) noexcept;
    Timer& operator=(Timer&& other) noexcept;
    ~Timer() { reset(); }
    void reset() noexcept;
    explicit operator bool() const noexcept { return loop_ != nullptr; }

   private:
    friend class Loop;
    Timer(Loop& loop, std::uint64_t id, SteadyTime due) noexcept : loop_(&loop), id_(id), due_(due) {}
    Loop* loop_ = nullptr;
    std::uint64_t id_ = 0;
    SteadyTime due_;
  };

  Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  [[nodiscard]] Watch watch(int fd, Interest interest, Pollable& pollable);
  /// Calls `task` once, `delay` from now. The handle may be dropped or reset within the task.
  [[nodiscard]] Timer after(std::chrono::milliseconds delay, Task task);
  /// Runs `task` in the next turn, from any thread. Tasks posted after the loop has stopped are dropped.
  void post(Task task);
  /// Runs `task` at the end of this turn, after all that is ready has been heard: where writes are gathered.
  void at_turn_end(Task task);
  /// When this turn began; cheap.
  [[nodiscard]] SteadyTime now() const noexcept { return now_; }

  /// Turns until stopped. An exception from a callback passes through.
  void run(std::stop_token stop);
  /// One turn: waits for at most `at_most`, then does what is due. For tests and nested waits.
  void turn(std::chrono::milliseconds at_most);

 private:
  struct Slot {
    Pollable* pollable = nullptr;
    int fd = -1;
    std::uint32_t generation = 0;
  };
  using TimerKey = std::pair<SteadyTime, std::uint64_t>;

  void wake() noexcept;
  void fire_due_timers();
  void run_posted();
  void run_turn_end();
  [[nodiscard]] int wait_ms(std::chrono::milliseconds at_most) const;

  Fd epoll_;
  Fd wakeup_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::map<TimerKey, Task> timers_;
  std::uint64_t next_timer_ = 1;
  std::vector<Task> turn_end_;
  SteadyTime now_;
  Guarded<std::vector<Task>> posted_;
};

}  // namespace platen
