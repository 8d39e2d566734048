#include <algorithm>

#include "http/head.hpp"

namespace platen::http {

namespace {

/// RFC 9112, section 2.2: an empty line before the request line is skipped; old clients send one after a body.
std::size_t skip_empty_line(std::string_view text) { return text.substr(0, 2) == "\r\n" ? 2 : 0; }

}  // namespace

Checked<void> HeadScanner::check_line(std::size_t line_bytes) const {
  if (lines_ == 0) {
    if (line_bytes > limits_->request_line_bytes)
      return refuse(414, Errc::too_large, "The request line is longer than it may be.");
    return {};
  }
  if (line_bytes >= limits_->header_line_bytes)
    return refuse(431, Errc::too_large, "A header field is longer than it may be.");
  if (line_bytes > 0 && lines_ > limits_->header_fields)
    return refuse(431, Errc::too_large, "There are more header fields than may be.");
  return {};
}

Checked<std::size_t> HeadScanner::scan(std::string_view text) {
  if (line_start_ == 0 && text.size() >= 2) {
    line_start_ = skip_empty_line(text);
    scanned_ = std::max(scanned_, line_start_);
  }
  for (;;) {
    const std::size_t feed = text.find('\n', scanned_);
    const std::size_t line_end = std::min(feed, text.size());
    const std::string_view fresh = text.substr(scanned_, line_end - scanned_);
    if (fresh.find('\0') != std::string_view::npos) return malformed("The head has a NUL in it.");
    scanned_ = line_end;
    if (feed == std::string_view::npos) break;
    if (feed == line_start_ || text[feed - 1] != '\r') return malformed("A line of the head ends in LF alone.");
    const std::string_view line = text.substr(line_start_, feed - 1 - line_start_);
    if (line.find('\r') != std::string_view::npos) return malformed("The head has a CR alone in it.");
    line_start_ = scanned_ = feed + 1;
    if (line.empty() && lines_ > 0) return line_start_;
    if (auto fits = check_line(line.size()); !fits) return tl::unexpected(fits.error());
    if (line_start_ > limits_->head_bytes) return refuse(431, Errc::too_large, "The head is larger than it may be.");
    ++lines_;
  }
  const std::string_view open_line = text.substr(line_start_);
  const bool is_ending = !open_line.empty() && open_line.back() == '\r';
  if (auto fits = check_line(open_line.size() - (is_ending ? 1 : 0)); !fits) return tl::unexpected(fits.error());
  if (text.size() > limits_->head_bytes) return refuse(431, Errc::too_large, "The head is larger than it may be.");
  return std::size_t{0};
}

}  // namespace platen::http
