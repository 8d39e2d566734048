#include "base/loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

namespace platen {

namespace {

constexpr int max_events_a_turn = 512;
constexpr std::uint64_t wakeup_mark = std::numeric_limits<std::uint64_t>::max();

std::uint32_t epoll_events(Interest interest) {
  switch (interest) {
    case Interest::none: return 0;
    case Interest::read: return EPOLLIN | EPOLLRDHUP;
    case Interest::write: return EPOLLOUT;
    case Interest::both: return EPOLLIN | EPOLLRDHUP | EPOLLOUT;
  }
  return 0;
}

Fd checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return Fd(fd);
}

std::uint64_t mark_of(std::uint32_t slot, std::uint32_t generation) {
  return (static_cast<std::uint64_t>(generation) << 32U) | slot;
}

}  // namespace

Loop::Watch::Watch(Watch&& other) noexcept : loop_(std::exchange(other.loop_, nullptr)), slot_(other.slot_) {}

Loop::Watch& Loop::Watch::operator=(Watch&& other) noexcept {
  if (this != &other) {
    reset();
    loop_ = std::exchange(other.loop_, nullptr);
    slot_ = other.slot_;
  }
  return *this;
}

void Loop::Watch::reset() noexcept {
  if (loop_ == nullptr) return;
  Slot& slot = loop_->slots_[slot_];
  ::epoll_ctl(loop_->epoll_.get(), EPOLL_CTL_DEL, slot.fd, nullptr);
  slot.pollable = nullptr;
  ++slot.generation;  // events of this turn that still name the slot are stale from here on
  loop_->free_slots_.push_back(slot_);
  loop_ = nullptr;
}

void Loop::Watch::tell(Pollable* pollable) noexcept {
  if (loop_ != nullptr) loop_->slots_[slot_].pollable = pollable;
}

void Loop::Watch::set(Interest interest) {
  if (loop_ == nullptr) return;
  const Slot& slot = loop_->slots_[slot_];
  epoll_event event{};
  event.events = epoll_events(interest);
  event.data.u64 = mark_of(slot_, slot.generation);
  if (::epoll_ctl(loop_->epoll_.get(), EPOLL_CTL_MOD, slot.fd, &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

Loop::Timer::Timer(Timer&& other) noexcept
    : loop_(std::exchange(other.loop_, nullptr)), id_(other.id_), due_(other.due_) {}

Loop::Timer& Loop::Timer::operator=(Timer&& other) noexcept {
  if (this != &other) {
    reset();
    loop_ = std::exchange(other.loop_, nullptr);
    id_ = other.id_;
    due_ = other.due_;
  }
  return *this;
}

void Loop::Timer::reset() noexcept {
  if (loop_ == nullptr) return;
  loop_->timers_.erase({due_, id_});
  loop_ = nullptr;
}

Loop::Loop()
    : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wakeup_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")),
      now_(std::chrono::steady_clock::now()) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = wakeup_mark;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wakeup_.get(), &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

Loop::~Loop() = default;

Loop::Watch Loop::watch(int fd, Interest interest, Pollable& pollable) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_slots_.back();
  Slot& slot = slots_[index];
  epoll_event event{};
  event.events = epoll_events(interest);
  event.data.u64 = mark_of(index, slot.generation);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  free_slots_.pop_back();
  slot.pollable = &pollable;
  slot.fd = fd;
  return Watch(*this, index);
}

Loop::Timer Loop::after(std::chrono::milliseconds delay, Task task) {
  const SteadyTime due = std::chrono::steady_clock::now() + delay;
  const std::uint64_t id = next_timer_++;
  timers_.emplace(TimerKey{due, id}, std::move(task));
  return Timer(*this, id, due);
}

void Loop::post(Task task) {
  bool first = false;
  {
    auto posted = posted_.lock();
    first = posted->empty();
    posted->push_back(std::move(task));
  }
  if (first) wake();
}

void Loop::at_turn_end(Task task) { turn_end_.push_back(std::move(task)); }

void Loop::wake() noexcept {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the loop is awake already.
  [[maybe_unused]] const ssize_t written = ::write(wakeup_.get(), &one, sizeof one);
}

void Loop::run(std::stop_token stop) {
  const std::stop_callback on_stop(stop, [this] { wake(); });
  while (!stop.stop_requested()) turn(std::chrono::hours(1));
}

void Loop::turn(std::chrono::milliseconds at_most) {
  epoll_event events[max_events_a_turn];
  const int ready = ::epoll_wait(epoll_.get(), events, max_events_a_turn, wait_ms(at_most));
  if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
  now_ = std::chrono::steady_clock::now();
  for (int i = 0; i < ready; ++i) {
    const std::uint64_t mark = events[i].data.u64;
    if (mark == wakeup_mark) {
      std::uint64_t count = 0;
      [[maybe_unused]] const ssize_t got = ::read(wakeup_.get(), &count, sizeof count);
      continue;
    }
    const Slot& slot = slots_[static_cast<std::uint32_t>(mark)];
    if (slot.generation != static_cast<std::uint32_t>(mark >> 32U) || slot.pollable == nullptr) continue;
    const std::uint32_t flags = events[i].events;
    slot.pollable->on_ready({.readable = (flags & (EPOLLIN | EPOLLRDHUP)) != 0,
                             .writable = (flags & EPOLLOUT) != 0,
                             .hangup = (flags & (EPOLLHUP | EPOLLERR)) != 0});
  }
  run_posted();
  fire_due_timers();
  run_turn_end();
}

void Loop::run_posted() {
  std::vector<Task> tasks;
  posted_.lock()->swap(tasks);
  for (Task& task : tasks) task();
}

void Loop::fire_due_timers() {
  // Only those due at the turn's start: a timer that sets itself again waits for the next turn.
  while (!timers_.empty() && timers_.begin()->first.first <= now_) {
    const Task task = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    task();
  }
}

void Loop::run_turn_end() {
  while (!turn_end_.empty()) {
    std::vector<Task> tasks;
    tasks.swap(turn_end_);
    for (Task& task : tasks) task();
  }
}

int Loop::wait_ms(std::chrono::milliseconds at_most) const {
  using std::chrono::milliseconds;
  milliseconds wait = at_most;
  if (!timers_.empty()) {
    const auto until = std::chrono::ceil<milliseconds>(timers_.begin()->first.first - std::chrono::steady_clock::now());
    wait = std::clamp(until, milliseconds(0), at_most);
  }
  return static_cast<int>(std::min<std::int64_t>(wait.count(), std::numeric_limits<int>::max()));
}

}  // namespace platen
