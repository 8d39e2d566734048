#include "http/multipart_reader.hpp"

#include <algorithm>

#include "http/media_type.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::size_t part_head_limit_bytes = std::size_t{8} * 1024;
constexpr std::size_t padding_limit_bytes = 256;
constexpr std::size_t boundary_limit_bytes = 70;  // RFC 2046, section 5.1.1

Result<void> read_disposition(std::string_view value, Part& part) {
  const auto disposition = parse_parameterized(value);
  if (!disposition || disposition->value != "form-data")
    return fail(Errc::invalid_request, "A part's Content-Disposition is not form-data.");
  part.name = disposition->parameter("name").value_or("");
  part.filename = disposition->parameter("filename").value_or("");
  return {};
}

/// `text` is the part's header lines, each with its CRLF.
Result<Part> parse_part_head(std::string_view text) {
  Part part;
  while (!text.empty()) {
    const std::size_t end = text.find("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return fail(Errc::invalid_request, "A part's header field has no colon.");
    const std::string_view value = trim(line.substr(colon + 1));
    if (same_word(line.substr(0, colon), "content-type")) part.content_type = value;
    if (!same_word(line.substr(0, colon), "content-disposition")) continue;
    if (auto read = read_disposition(value, part); !read) return fail(read.error());
  }
  if (part.name.empty()) return fail(Errc::invalid_request, "A part has no name in its Content-Disposition.");
  return part;
}

}  // namespace

MultipartReader::MultipartReader(std::string_view boundary, PartSink& sink)
    // The first delimiter may stand at the very start; the line's end that all others follow is put before it.
    : delimiter_("\r\n--" + std::string(boundary)), sink_(sink), pending_("\r\n") {}

Result<void> MultipartReader::feed(std::string_view bytes) {
  pending_.erase(0, start_);
  start_ = 0;
  pending_ += bytes;
  for (;;) {
    auto stepped = step();
    if (!stepped) return fail(stepped.error());
    if (*stepped == Step::wait) return {};
  }
}

Result<void> MultipartReader::finish() const {
  if (state_ != State::epilogue)
    return fail(Errc::invalid_request, "The multipart body ends before its last boundary.");
  return {};
}

Result<MultipartReader::Step> MultipartReader::step() {
  switch (state_) {
    case State::preamble:
    case State::part_data: return pass_data();
    case State::after_delimiter: return read_after_delimiter();
    case State::part_head: return read_part_head();
    case State::epilogue: take(rest().size()); return Step::wait;
  }
  return Step::wait;
}

Result<void> MultipartReader::emit(std::string_view data) {
  if (!in_part_ || data.empty()) return {};
  return sink_.on_data(data);
}

Result<MultipartReader::Step> MultipartReader::pass_data() {
  const std::string_view text = rest();
  const std::size_t found = text.find(delimiter_);
  // What may be the beginning of a delimiter waits for what follows it.
  const std::size_t kept = std::min(text.size(), delimiter_.size() - 1);
  const std::size_t sure = found == std::string_view::npos ? text.size() - kept : found;
  if (auto emitted = emit(text.substr(0, sure)); !emitted) return fail(emitted.error());
  take(sure);
  if (found == std::string_view::npos) return Step::wait;
  state_ = State::after_delimiter;
  return Step::more;
}

Result<MultipartReader::Step> MultipartReader::read_after_delimiter() {
  const std::string_view tail = rest().substr(delimiter_.size());
  const bool is_last = tail.substr(0, 2) == "--";
  const std::size_t padded = std::min(tail.find_first_not_of(" \t"), tail.size());
  const std::string_view line_end = tail.substr(padded, 2);
  const bool is_delimiter = line_end == "\r\n";
  const bool may_become = tail == "-" || line_end.empty() || line_end == "\r";
  if (is_last || is_delimiter) {
    if (in_part_)
      if (auto ended = sink_.on_part_end(); !ended) return fail(ended.error());
    in_part_ = false;
    // The CRLF stays: it begins the part's header lines, or, where there are none, the empty line after them.
    take(delimiter_.size() + (is_last ? 2 : padded));
    state_ = is_last ? State::epilogue : State::part_head;
    return Step::more;
  }
  if (may_become && padded <= padding_limit_bytes) return Step::wait;
  // A longer boundary that begins like ours: data.
  if (auto emitted = emit(rest().substr(0, delimiter_.size())); !emitted) return fail(emitted.error());
  take(delimiter_.size());
  state_ = in_part_ ? State::part_data : State::preamble;
  return Step::more;
}

Result<MultipartReader::Step> MultipartReader::read_part_head() {
  const std::string_view text = rest();
  const std::size_t end = text.find("\r\n\r\n");
  if (std::min(end, text.size()) > part_head_limit_bytes)
    return fail(Errc::invalid_request, "A part's header fields are larger than they may be.");
  if (end == std::string_view::npos) return Step::wait;
  auto part = parse_part_head(end == 0 ? std::string_view{} : text.substr(2, end));
  if (!part) return fail(part.error());
  take(end + 4);
  in_part_ = true;
  if (auto begun = sink_.on_part(*part); !begun) return fail(begun.error());
  state_ = State::part_data;
  return Step::more;
}

Result<std::string> boundary_of(std::string_view content_type) {
  const auto type = parse_parameterized(content_type);
  const auto boundary = type ? type->parameter("boundary") : std::nullopt;
  const auto is_plain = [](char c) { return c >= ' ' && c < '\x7f'; };
  if (!boundary || boundary->empty() || boundary->size() > boundary_limit_bytes || boundary->back() == ' ' ||
      !std::all_of(boundary->begin(), boundary->end(), is_plain))
    return fail(Errc::invalid_request, "The Content-Type multipart/form-data has no valid boundary.");
  return *boundary;
}

}  // namespace platen::http
