// One reader of one job's events, as the job's feed sees it.
#pragma once

#include <cstdint>
#include <utility>

#include "platen/ids.hpp"
#include "platen/job.hpp"
#include "relay/notice.hpp"

namespace platen::relay {

/// Hears of one job, in order. A feed borrows it from `JobFeed::add` until it finishes it or is told to
/// `remove` it; it must not call its feed from within `learn`, `deliver` or `finish`.
/// Threads: the hub's loop.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  /// The job's history was read for it, and is delivered next; null: it could not be, and will be tried again. Of the
  /// job as much is known as Replay says. Without this before `finish` there is no such job.
  virtual void learn(const Job* /*job*/) {}
  virtual void deliver(const Notice& notice) = 0;
  /// Nothing more will come: what was delivered is sent, then the stream ends. The feed has let go of it.
  virtual void finish() = 0;

 private:
  friend class JobFeed;
  friend class Group;
  enum class Place : std::uint8_t { none, waiting, asked, live };

  Seq position_ = 0;  ///< all up to this one has been delivered; of those in Place::live the feed's head says it
  Subscriber* next_ = nullptr;  ///< in the group of its place; the first has no previous one
  Subscriber* previous_ = nullptr;
  Place place_ = Place::none;
};

/// Subscribers in one place, linked through themselves: most jobs have one reader, and it takes no memory of its own.
/// Borrows them. What is moved from is empty. Threads: the hub's loop.
class Group {
 public:
  Group() noexcept = default;
  Group(Group&& other) noexcept : first_(std::exchange(other.first_, nullptr)) {}
  Group& operator=(Group&& other) noexcept {
    first_ = std::exchange(other.first_, nullptr);
    return *this;
  }

  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] Subscriber* first() const noexcept { return first_; }
  [[nodiscard]] static Subscriber* after(const Subscriber& subscriber) noexcept { return subscriber.next_; }
  void add(Subscriber& subscriber) noexcept {
    subscriber.next_ = first_;
    subscriber.previous_ = nullptr;
    if (first_ != nullptr) first_->previous_ = &subscriber;
    first_ = &subscriber;
  }
  void remove(Subscriber& subscriber) noexcept {
    (subscriber.previous_ == nullptr ? first_ : subscriber.previous_->next_) = subscriber.next_;
    if (subscriber.next_ != nullptr) subscriber.next_->previous_ = subscriber.previous_;
    subscriber.next_ = subscriber.previous_ = nullptr;
  }
  /// The first, which it has no more; null: there is none.
  [[nodiscard]] Subscriber* take() noexcept {
    Subscriber* const taken = first_;
    if (taken != nullptr) remove(*taken);
    return taken;
  }

 private:
  Subscriber* first_ = nullptr;
};

}  // namespace platen::relay
