#include "queue/job_details.hpp"

#include <charconv>
#include <cstddef>
#include <utility>

#include "queue/words.hpp"

namespace platen::queue {

namespace {

void append(std::string& text, std::string_view member) {
  text.append(std::to_string(member.size())).append(":").append(member).append(",");
}

/// Takes netstrings from the front of a text; one that is none makes the reader fail, and be empty from then on.
class Netstrings {
 public:
  explicit Netstrings(std::string_view text) : left_(text) {}

  std::string_view take() {
    std::size_t length = 0;
    const auto [colon, error] = std::from_chars(left_.data(), left_.data() + left_.size(), length);
    const auto begin = static_cast<std::size_t>(colon - left_.data()) + 1;
    if (error != std::errc() || begin > left_.size() || *colon != ':' || length >= left_.size() - begin ||
        left_[begin + length] != ',') {
      has_failed_ = true;
      left_ = {};
      return {};
    }
    const std::string_view member = left_.substr(begin, length);
    left_.remove_prefix(begin + length + 1);
    return member;
  }
  [[nodiscard]] bool ended_well() const noexcept { return !has_failed_ && left_.empty(); }

 private:
  std::string_view left_;
  bool has_failed_ = false;
};

}  // namespace

std::string encode_details(const JobDetails& details) {
  std::string text;
  append(text, details.title);
  append(text, details.filename);
  append(text, details.timeout ? std::to_string(details.timeout->count()) : std::string());
  append(text, details.upload ? details.upload->text : std::string());
  append(text, joined(details.images));
  append(text, details.request_id);
  append(text, details.trace.is_set() ? traceparent_of(details.trace) : std::string());
  append(text, details.trace.state);
  return text;
}

Result<JobDetails> decode_details(std::string_view text) {
  JobDetails details;
  Netstrings members(text);
  details.title = members.take();
  details.filename = members.take();
  const std::string_view timeout = members.take();
  std::chrono::seconds::rep seconds = 0;
  if (std::from_chars(timeout.data(), timeout.data() + timeout.size(), seconds).ec == std::errc())
    details.timeout = std::chrono::seconds(seconds);
  details.upload = parse_upload_id(members.take());
  details.images = uploads_in(members.take());
  details.request_id = members.take();
  const std::string_view parent = members.take();
  const std::string_view state = members.take();
  if (!members.ended_well()) return fail(Errc::internal, "the queue holds a job that this version cannot read");
  if (auto trace = parse_traceparent(parent)) {
    details.trace = *std::move(trace);
    details.trace.state = state;
  }
  return details;
}

}  // namespace platen::queue
