#include "http/reply.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "codec/problem_json.hpp"
#include "http/answer.hpp"
#include "http/auth/rate.hpp"
#include "http/exchange.hpp"
#include "http/later.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

/// RFC 9110, section 13.1.5: without a match the range does not count. A date is never strong enough for us.
bool range_counts(const httplib::Request& request, const std::string& etag) {
  const std::string condition = request.get_header_value("If-Range");
  return condition.empty() || (!etag.empty() && condition == etag);
}

}  // namespace

Reply::Reply(const httplib::Request& request, httplib::Response& response, Exchange& exchange)
    : request_(request), response_(response), exchange_(exchange) {}

const std::string& Reply::request_id() const noexcept { return exchange_.request_id; }
const Visitor& Reply::visitor() const noexcept { return exchange_.visitor; }
const Tenant& Reply::tenant() const noexcept { return exchange_.visitor.tenant(); }
const TraceContext& Reply::trace() const noexcept { return exchange_.span.context(); }
void Reply::made(const JobId& job) { exchange_.job = job.text; }
const std::string& Reply::peer() const noexcept { return exchange_.peer; }
const std::string& Reply::host() const noexcept { return exchange_.host; }
bool Reply::connection_names_upgrade() const noexcept { return exchange_.names_upgrade; }
bool Reply::has_body() const noexcept { return exchange_.has_body; }
bool Reply::allows_origin() const { return exchange_.answer_headers.count("Access-Control-Allow-Origin") > 0; }
const std::optional<Upload>& Reply::upload() const noexcept { return exchange_.upload; }
const std::optional<Result<UploadProgress>>& Reply::part() const noexcept { return exchange_.part; }

void Reply::header(std::string_view name, std::string_view value) {
  std::string safe(value);
  std::replace_if(
      safe.begin(), safe.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  response_.headers.emplace(std::string(name), std::move(safe));
}

void Reply::json(int status, std::string body) { text(status, std::move(body), "application/json"); }

void Reply::text(int status, std::string body, std::string_view content_type) {
  exchange_.outcome = Abandoned{};
  response_.status = exchange_.status = status;
  response_.body = std::move(body);
  response_.headers.erase("Content-Type");
  header("Content-Type", content_type);
}

void Reply::empty(int status) {
  exchange_.outcome = Abandoned{};
  response_.status = exchange_.status = status;
  response_.body.clear();
  response_.headers.erase("Content-Type");
}

void Reply::problem(const Error& error) {
  if (error.code == Errc::internal) log_line(spdlog::level::err, error.detail, {{"request_id", exchange_.request_id}});
  const int status = codec::status_of(error.code);
  if (error.retry_after) header("Retry-After", std::to_string(error.retry_after->count()));
  if (status == 503 && response_.headers.count("Retry-After") == 0) header("Retry-After", retry_after_seconds);
  text(status, codec::encode_problem(error, exchange_.request_id), "application/problem+json");
}

void Reply::refuse(const Refusal& refusal) {
  if (refusal.status == 503) header("Retry-After", retry_after_seconds);
  text(refusal.status, encode_refusal(refusal, request_id()), "application/problem+json");
}

void Reply::allowance(std::string_view policy, const Allowance& left) {
  tell_allowance(policy, left, exchange_.answer_headers);
}

void Reply::file(FileRequest request) {
  RangeAnswer answer{RangeVerdict::whole, {0, request.bytes}};
  if (request_.has_header("Range") && range_counts(request_, request.etag))
    answer = resolve_range(request_.get_header_value("Range"), request.bytes);
  const ByteRange range = answer.range;
  const int status = answer.verdict == RangeVerdict::part ? 206 : answer.verdict == RangeVerdict::whole ? 200 : 416;
  if (!request.etag.empty()) header("ETag", request.etag);
  header("Accept-Ranges", "bytes");
  if (status == 206)
    header("Content-Range",
           fmt::format("bytes {}-{}/{}", range.offset, range.offset + range.length - 1, request.bytes));
  if (status == 416) {
    header("Content-Range", fmt::format("bytes */{}", request.bytes));
    return refuse({416, Errc::invalid_request, "The range lies outside the file."});
  }
  response_.status = exchange_.status = status;
  std::string head = begin_head(exchange_, status);
  head += lines_of(response_.headers);
  fmt::format_to(std::back_inserter(head), "Content-Type: {}\r\nContent-Length: {}\r\n\r\n", request.content_type,
                 range.length);
  if (request_.method == "HEAD" || range.length == 0)
    exchange_.outcome = Bytes{std::move(head)};
  else
    exchange_.outcome = FilePart{std::move(head), std::move(request.file), range};
}

void Reply::stream(Adopt adopt) {
  if (request_.method == "HEAD") return empty(200);
  response_.status = exchange_.status = 200;
  exchange_.outcome = Handover{std::move(adopt)};
}

void Reply::upgrade(Adopt adopt) {
  response_.status = exchange_.status = 101;
  exchange_.outcome = Handover{std::move(adopt)};
}

void Reply::wait(Wait wait) { exchange_.outcome = Waiting{std::move(wait)}; }

void Reply::later(std::function<void(Later)> begin) { exchange_.outcome = Postponed{std::move(begin)}; }
void Reply::later_on_loop(std::function<void(Later)> begin) { exchange_.outcome = Postponed{std::move(begin), true}; }

std::string Reply::header_lines() const {
  std::string lines = "X-Request-Id: ";
  lines.append(exchange_.request_id).append("\r\n");
  return lines.append(lines_of(exchange_.answer_headers)).append(lines_of(response_.headers));
}

}  // namespace platen::http
