#include <algorithm>
#include <charconv>
#include <limits>

#include "platen/feed.hpp"

namespace platen {

namespace {

/// Digits only, as `text` writes them.
bool read_number(std::string_view digits, std::uint64_t& number) {
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return false;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size();
}

}  // namespace

std::optional<StreamPosition> parse_stream_position(std::string_view text) {
  const std::size_t dash = text.find('-');
  StreamPosition position;
  if (dash == std::string_view::npos || !read_number(text.substr(0, dash), position.ms) ||
      !read_number(text.substr(dash + 1), position.number))
    return std::nullopt;
  return position;
}

FeedPosition FeedPosition::before(TimePoint time) {
  FeedPosition position;
  const auto ms = time.time_since_epoch().count();
  if (ms >= 1) position.elsewhere_ = {static_cast<std::uint64_t>(ms) - 1, std::numeric_limits<std::uint64_t>::max()};
  return position;
}

FeedPosition FeedPosition::on(std::size_t shard, StreamPosition position) {
  FeedPosition all;
  all.set(shard, position);
  return all;
}

void FeedPosition::set(std::size_t shard, StreamPosition position) {
  if (shard >= stated_.size()) stated_.resize(shard + 1, elsewhere_);
  stated_[shard] = position;
  trim();
}

void FeedPosition::trim() {
  while (!stated_.empty() && stated_.back() == elsewhere_) stated_.pop_back();
}

bool FeedPosition::covers(const FeedPosition& other) const {
  for (std::size_t shard = 0; shard < std::max(stated_.size(), other.stated_.size()); ++shard)
    if (at(shard) < other.at(shard)) return false;
  return elsewhere_ >= other.elsewhere_;
}

template <class Choose>
FeedPosition FeedPosition::combined(const FeedPosition& other, Choose choose) const {
  FeedPosition result;
  result.elsewhere_ = choose(elsewhere_, other.elsewhere_);
  const std::size_t stated = std::max(stated_.size(), other.stated_.size());
  for (std::size_t shard = 0; shard < stated; ++shard) result.stated_.push_back(choose(at(shard), other.at(shard)));
  result.trim();
  return result;
}

FeedPosition FeedPosition::met(const FeedPosition& other) const {
  return combined(other, [](StreamPosition left, StreamPosition right) { return std::min(left, right); });
}

FeedPosition FeedPosition::joined(const FeedPosition& other) const {
  return combined(other, [](StreamPosition left, StreamPosition right) { return std::max(left, right); });
}

TimePoint FeedPosition::time() const {
  StreamPosition last = elsewhere_;
  for (const StreamPosition position : stated_) last = std::max(last, position);
  return TimePoint(std::chrono::milliseconds(last.ms));
}

std::string FeedPosition::text() const {
  std::string text = at(0).text();
  for (std::size_t shard = 1; shard < stated_.size(); ++shard) text += "." + stated_[shard].text();
  return text;
}

std::optional<FeedPosition> parse_feed_position(std::string_view text) {
  FeedPosition position;
  for (std::size_t shard = 0; shard < most_shards; ++shard) {
    const std::size_t dot = text.find('.');
    const auto part = parse_stream_position(text.substr(0, dot));
    if (!part) return std::nullopt;
    position.set(shard, *part);
    if (dot == std::string_view::npos) return position;
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

}  // namespace platen
