#include "codec/command_json.hpp"

#include <algorithm>
#include <utility>

#include "codec/body_reader.hpp"
#include "codec/fields.hpp"

namespace platen::codec {

namespace {

constexpr double largest_id = 9007199254740991;  // 2^53 - 1: what every client's JSON can say
constexpr TextRule ref_rule{.least = 0, .most = 200, .lines = TextRule::Lines::many};

/// Where a value lies in the text: from its first byte to past its last.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Finds a member of the object that a text is, without judging what it skips.
class MemberFinder {
 public:
  explicit MemberFinder(std::string_view text) : text_(text) {}

  std::optional<Span> find(std::string_view quoted_name) {
    space();
    if (!take('{')) return std::nullopt;
    while (at_ < text_.size()) {
      space();
      const Span name = value();
      space();
      if (!take(':')) return std::nullopt;
      space();
      const Span member = value();
      if (text_.substr(name.begin, name.end - name.begin) == quoted_name) return member;
      space();
      if (!take(',')) return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  void space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_text() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    at_ = std::min(at_ + 1, text_.size());
  }
  Span value() {
    const std::size_t begin = at_;
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        skip_text();
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (depth == 0 && std::string_view(",:}] \t\r\n").find(c) != std::string_view::npos) {
        break;
      } else {
        if (c == '}' || c == ']') --depth;
        ++at_;
      }
      if (depth == 0 && (c == '"' || c == '}' || c == ']')) break;
    }
    return {begin, at_};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// The message in two: a submission may have a megabyte of rows, which is to be read once and as POST reads it. Each
/// part's bytes stay where they are, so that an error names their places in the message.
struct Parts {
  std::string command;     ///< with `"submit":{}`
  std::string submission;  ///< empty where there is none
};

Parts take_apart(std::string_view text) {
  Parts parts{std::string(text), {}};
  const auto span = MemberFinder(text).find(R"("submit")");
  if (!span || span->end - span->begin < 2 || text[span->begin] != '{' || text[span->end - 1] != '}') return parts;
  parts.submission.assign(span->begin, ' ').append(text.substr(span->begin, span->end - span->begin));
  for (std::size_t i = span->begin + 1; i + 1 < span->end; ++i) parts.command[i] = ' ';
  return parts;
}

std::optional<JobId> take_job(Fields& fields, std::string_view name) {
  const auto text = fields.take_text(name, {});
  if (!text) return std::nullopt;
  auto id = parse_job_id(*text);
  if (!id) fields.complain(name, "This is no job's id; those look like 'job_…'.");
  return id;
}

Command check_command(Fields& fields, std::string submission) {
  const bool submits = fields.take("submit") != nullptr;
  auto watched = take_job(fields, "watch");
  auto left = take_job(fields, "unwatch");
  auto canceled = take_job(fields, "cancel");
  auto key = fields.take_text("idempotency_key", {});
  const auto after = fields.take_integer("last_event_id", {0, largest_id, ""});
  const int wanted =
      int{fields.has("submit")} + int{fields.has("watch")} + int{fields.has("unwatch")} + int{fields.has("cancel")};
  if (wanted != 1) fields.problems().add("", "Say one of 'submit', 'watch', 'unwatch' and 'cancel'.");
  if (submits && submission.empty()) fields.complain("submit", "This must be an object, as POST /v1/jobs takes it.");
  if (key && !submits) fields.complain("idempotency_key", "This goes only with 'submit'.");
  if (after && !fields.has("watch")) fields.complain("last_event_id", "This goes only with 'watch'.");
  if (watched) return WatchCommand{*std::move(watched), static_cast<Seq>(after.value_or(0))};
  if (left) return UnwatchCommand{*std::move(left)};
  if (canceled) return CancelCommand{*std::move(canceled)};
  return SubmitCommand{std::move(submission), std::move(key)};
}

}  // namespace

CommandMessage decode_command(std::string_view text) {
  Parts parts = take_apart(text);
  Problems problems;
  const auto body = read_body(parts.command, problems);
  if (!body) return {{}, fail(body.error())};
  Fields fields(body->root, "", problems);
  CommandMessage message{fields.take_text("ref", ref_rule), check_command(fields, std::move(parts.submission))};
  fields.finish();
  if (problems.empty()) return message;
  Error error = problems.error();
  error.code = Errc::invalid_request;
  message.command = fail(std::move(error));
  return message;
}

std::string encode_answer(const std::optional<std::string>& ref, std::string_view name, std::string_view json) {
  std::string answer = "{";
  if (ref) answer.append(R"("ref":)").append(dump(Json(*ref))).append(",");
  return answer.append("\"").append(name).append("\":").append(json).append("}");
}

}  // namespace platen::codec
