#include <charconv>

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

std::optional<FeedPosition> parse_feed_position(std::string_view text) {
  const std::size_t dash = text.find('-');
  FeedPosition position;
  if (dash == std::string_view::npos || !read_number(text.substr(0, dash), position.ms) ||
      !read_number(text.substr(dash + 1), position.number))
    return std::nullopt;
  return position;
}

}  // namespace platen
