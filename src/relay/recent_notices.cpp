#include "relay/recent_notices.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace platen::relay {

namespace {

constexpr std::size_t bytes_a_reader = 1024;
constexpr std::size_t most_bytes = std::size_t{64} * 1024;  // some 150 events

}  // namespace

void RecentNotices::begin(const Job& job, std::vector<Notice> notices, Seq end) {
  job_ = job;
  notices_.clear();
  bytes_ = 0;
  end_ = end - notices.size();
  for (Notice& notice : notices) add(std::move(notice));
}

void RecentNotices::add(Notice notice) {
  ++end_;
  bytes_ += notice.bytes();
  notices_.push_back(std::move(notice));
  trim();
}

void RecentNotices::reader_left() {
  --readers_;
  trim();
}

void RecentNotices::deliver_after(Seq position, Subscriber& subscriber) const {
  subscriber.learn(&job_);
  const auto lacking = static_cast<std::ptrdiff_t>(end_ - position);
  std::for_each(notices_.end() - lacking, notices_.end(), [&](const Notice& notice) { subscriber.deliver(notice); });
}

void RecentNotices::trim() {
  const std::size_t room = std::min(readers_ * bytes_a_reader, most_bytes);
  while (bytes_ > room) {
    bytes_ -= notices_.front().bytes();
    notices_.pop_front();
  }
}

}  // namespace platen::relay
