#include "store/s3/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <span>
#include <utility>

#include "base/crypto.hpp"
#include "store/s3/client.hpp"
#include "store/s3/xml.hpp"

namespace platen::s3 {

namespace {

using State = Finding::State;
using Answer = Result<net::HttpResponse>;
using std::chrono::seconds;

constexpr std::string_view content = "platen doctor looks whether files can be written, read and removed here.\n";
constexpr std::size_t name_bytes = 8;
constexpr int not_found = 404;
constexpr seconds tolerable_skew{60};
constexpr seconds refused_skew{15 * 60};  // S3's own

bool is_fine(const Answer& answer) { return answer && answer->status >= 200 && answer->status < 300; }

std::string code_in(const net::HttpResponse& answer) { return text_of(answer.body, "Code").value_or(""); }

/// Why an answer is not what was wanted.
std::string trouble(const Answer& answer) {
  if (!answer) return answer.error().detail;
  const std::string code = code_in(*answer);
  return fmt::format("{}{}{}", answer->status, code.empty() ? "" : " ", code);
}

std::string fix_of(const Answer& answer, std::string_view permission) {
  if (!answer) return "see whether the server stays up; nothing else of it can be told now";
  const std::string code = code_in(*answer);
  if (code == "AccessDenied" || code.empty())
    return fmt::format("allow {}: docs/operations.md has the policy", permission);
  return std::string(advice_for(code));
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
std::optional<std::chrono::system_clock::time_point> http_time(const std::string& text) {
  std::tm utc{};
  if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &utc) == nullptr) return std::nullopt;
  return std::chrono::system_clock::from_time_t(::timegm(&utc));
}

/// One bucket under examination.
class Probe {
 public:
  explicit Probe(const Target& target)
      : client_(target), key_(target.prefix + "platen-doctor-" + random_hex(name_bytes)) {}

  std::vector<Finding> run() {
    if (look()) {
      try_object();
      try_parts();
      look_at_lifecycle();
    }
    return std::move(findings_);
  }

 private:
  void add(std::string check, State state, std::string detail, std::string fix = {}) {
    findings_.push_back({std::move(check), state, std::move(detail), std::move(fix)});
  }

  [[nodiscard]] std::string name() const {
    return fmt::format("{} at {}", client_.target().bucket, client_.target().endpoint.base);
  }

  /// Whether there is a bucket to go on with.
  bool look() {
    const std::string& prefix = client_.target().prefix;
    const Answer answer = client_.ask({.query = {{"list-type", "2"}, {"max-keys", "1"}, {"prefix", prefix}}});
    if (!answer) {
      const bool is_setting = answer.error().code == Errc::invalid_request;
      add("bucket", State::fault,
          is_setting ? answer.error().detail : fmt::format("{} cannot be reached: {}", name(), answer.error().detail),
          is_setting ? "mend that setting or file"
                     : "check s3-endpoint, the way there (names, proxy, firewall), and s3-ca-file where an authority "
                       "of your own signs its certificate");
      return false;
    }
    compare_clocks(*answer);
    if (is_fine(answer)) {
      add("bucket", State::ok, name());
      return true;
    }
    add("bucket", State::fault, fmt::format("{} refuses to list it: {}", name(), trouble(answer)),
        fix_of(answer, "s3:ListBucket"));
    return false;
  }

  void compare_clocks(const net::HttpResponse& answer) {
    const auto date = answer.headers.find("date");
    const auto theirs = date == answer.headers.end() ? std::nullopt : http_time(date->second);
    if (!theirs)
      return add("bucket clock", State::warning, "the server does not tell the time", "look at what is between");
    const auto ours = std::chrono::system_clock::now();
    const auto skew = std::chrono::duration_cast<seconds>(std::chrono::abs(ours - *theirs));
    const std::string detail =
        fmt::format("{} s {} the server's", skew.count(), ours < *theirs ? "behind" : "ahead of");
    if (skew <= tolerable_skew) return add("bucket clock", State::ok, detail);
    add("bucket clock", skew > refused_skew ? State::fault : State::warning, detail,
        "run chrony or systemd-timesyncd: signatures that are 15 minutes off are refused");
  }

  void try_object() {
    Sha256 hash;
    hash.update(std::span(content.data(), content.size()));
    const Answer written = client_.ask({.method = "PUT",
                                        .key = key_,
                                        .headers = {{"content-type", "text/plain"}},
                                        .body = std::string(content),
                                        .payload_sha256 = hex(hash.finish())});
    if (!is_fine(written))
      return add("bucket objects", State::fault, "nothing can be written: " + trouble(written),
                 fix_of(written, "s3:PutObject"));
    const Answer read = client_.ask({.key = key_});
    const Answer removed = client_.ask({.method = "DELETE", .key = key_});
    const bool is_same = is_fine(read) && read->body == content;
    if (!is_same)
      add("bucket objects", State::fault,
          is_fine(read) ? "what was written is read back altered" : "what was written cannot be read: " + trouble(read),
          is_fine(read) ? "look at what is between: a proxy or cache that changes bodies"
                        : fix_of(read, "s3:GetObject"));
    if (!is_fine(removed))
      add("bucket objects", State::fault, fmt::format("{} cannot be removed: {}", key_, trouble(removed)),
          fix_of(removed, "s3:DeleteObject") + "; then remove it by hand");
    else if (const Answer gone = client_.ask({.method = "HEAD", .key = key_}); !gone || gone->status != not_found)
      add("bucket objects", State::fault, "what was removed is not gone: " + trouble(gone),
          "allow s3:ListBucket, without which S3 says 403 of what is not there, and switch versions off");
    else if (is_same)
      add("bucket objects", State::ok, "written, read and removed");
  }

  void try_parts() {
    const Answer begun = client_.ask({.method = "POST", .key = key_, .query = {{"uploads", ""}}});
    const auto id = is_fine(begun) ? text_of(begun->body, "UploadId") : std::nullopt;
    if (!id)
      return add("bucket parts", State::fault, "large files cannot be sent in parts: " + trouble(begun),
                 fix_of(begun, "s3:PutObject"));
    const Answer listed = client_.ask({.query = {{"uploads", ""}, {"prefix", client_.target().prefix}}});
    const Answer aborted = client_.ask({.method = "DELETE", .key = key_, .query = {{"uploadId", *id}}});
    lists_parts_ = is_fine(listed);
    if (!is_fine(aborted))
      return add("bucket parts", State::fault, "parts that are not wanted cannot be removed: " + trouble(aborted),
                 fix_of(aborted, "s3:AbortMultipartUpload"));
    add("bucket parts", State::ok,
        lists_parts_ ? "begun, listed and given up; what a crash leaves is removed after a day" : "begun and given up");
  }

  void look_at_lifecycle() {
    const Answer answer = client_.ask({.query = {{"lifecycle", ""}}});
    const std::string rules = is_fine(answer) ? answer->body : std::string();
    if (rules.find("<Expiration>") != std::string::npos)
      return add("bucket lifecycle", State::warning, "a rule of the bucket lets objects expire",
                 "see that it is not for ours, or later than any job's retention: Platen removes them itself");
    if (lists_parts_ || rules.find("<AbortIncompleteMultipartUpload>") != std::string::npos)
      return add("bucket lifecycle", State::ok, "no rule is needed beside what there is");
    add("bucket lifecycle", State::warning, "parts that a crash leaves stay, and are paid for",
        "allow s3:ListBucketMultipartUploads, or have the lifecycle rule of docs/operations.md");
  }

  Client client_;
  std::string key_;
  std::vector<Finding> findings_;
  bool lists_parts_ = false;
};

std::string_view name_of(State state) {
  switch (state) {
    case State::ok: return "ok";
    case State::warning: return "warning";
    case State::fault: break;
  }
  return "fault";
}

std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return text;
}

}  // namespace

std::vector<Finding> probe(const Target& target) { return Probe(target).run(); }

std::string lines_of(const std::vector<Finding>& findings) {
  std::string lines;
  for (const Finding& finding : findings)
    lines += fmt::format("{}\t{}\t{}\t{}\n", name_of(finding.state), finding.check, on_one_line(finding.detail),
                         on_one_line(finding.fix));
  return lines;
}

}  // namespace platen::s3
