// A job's newest events, kept where many read it.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "platen/job.hpp"
#include "relay/notice.hpp"
#include "relay/subscriber.hpp"

namespace platen::relay {

/// The end of a job's history while a crowd reads it live: one more is given from here what it lacks, where Redis would
/// be read for it otherwise. The more there are, the more is kept, so that it is little beside what they take.
/// Threads: the hub's loop.
class RecentNotices {
 public:
  /// Of fewer each has the history read for itself.
  static constexpr std::size_t least_readers = 8;

  explicit RecentNotices(std::size_t readers) : readers_(readers) {}

  /// Begins, or begins anew, with the newest that was read of the job, which has not ended: without a gap, up to `end`.
  void begin(const Job& job, std::vector<Notice> notices, Seq end);
  /// The event after the last.
  void add(Notice notice);
  void reader_joined() noexcept { ++readers_; }
  void reader_left();

  /// Whether who has come to `position` lacks nothing but what is here.
  [[nodiscard]] bool covers(Seq position) const noexcept {
    return position <= end_ && position + notices_.size() >= end_;
  }
  /// All that follows `position`, which is covered; as if it had been read.
  void deliver_after(Seq position, Subscriber& subscriber) const;

 private:
  void trim();

  std::size_t readers_;
  Job job_;  ///< as it was when it was read
  std::deque<Notice> notices_;
  std::size_t bytes_ = 0;  ///< of these, about
  Seq end_ = 0;            ///< the last one's, or where who has read them all is
};

}  // namespace platen::relay
