#include "http/answer.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "codec/problem_json.hpp"

namespace platen::http {

namespace {

constexpr std::string_view problem_type = "application/problem+json";

void answer_document(Exchange& exchange, int status, std::string_view document, std::string_view fields) {
  std::string text = begin_head(exchange, status);
  fmt::format_to(std::back_inserter(text), "{}Content-Type: {}\r\nContent-Length: {}\r\n\r\n", fields, problem_type,
                 document.size());
  if (exchange.method != "HEAD") text += document;
  exchange.status = status;
  exchange.outcome = Bytes{std::move(text)};
}

}  // namespace

std::string http_date(std::time_t time) {
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days.at(static_cast<std::size_t>(utc.tm_wday)),
                     utc.tm_mday, months.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

const std::string& http_date_now() {
  thread_local std::time_t made_at = -1;
  thread_local std::string text;
  if (const std::time_t now = std::time(nullptr); std::exchange(made_at, now) != now) text = http_date(now);
  return text;
}

std::string lines_of(const httplib::Headers& fields) {
  std::string lines;
  for (const auto& [name, value] : fields) lines.append(name).append(": ").append(value).append("\r\n");
  return lines;
}

std::string begin_head(const Exchange& exchange, int status) {
  std::string text = "HTTP/1.1 ";
  text.append(std::to_string(status)).append(" ").append(reason_of(status));
  text.append("\r\nDate: ").append(http_date_now());
  text.append("\r\nX-Request-Id: ").append(exchange.request_id).append("\r\n");
  if (!exchange.keep_alive)
    text += "Connection: close\r\n";
  else if (exchange.minor_version == 0)
    text += "Connection: keep-alive\r\n";
  return text += lines_of(exchange.answer_headers);
}

std::string compose(const Exchange& exchange, const httplib::Response& response) {
  std::string text = begin_head(exchange, response.status);
  text += lines_of(response.headers);
  const bool has_content = response.status != 204 && response.status != 304;
  if (has_content) text.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  text += "\r\n";
  if (has_content && exchange.method != "HEAD") text += response.body;
  return text;
}

void answer_refusal(Exchange& exchange, const Refusal& refusal, std::string_view fields) {
  std::string all(fields);
  if (refusal.status == 503) all.append("Retry-After: ").append(retry_after_seconds).append("\r\n");
  answer_document(exchange, refusal.status, encode_refusal(refusal, exchange.request_id), all);
}

void answer_problem(Exchange& exchange, const Error& error) {
  const int status = codec::status_of(error.code);
  const std::string fields = status == 503 ? fmt::format("Retry-After: {}\r\n", retry_after_seconds) : std::string();
  answer_document(exchange, status, codec::encode_problem(error, exchange.request_id), fields);
}

void answer_come_back(Exchange& exchange, std::chrono::milliseconds after) {
  const std::string body = fmt::format("retry: {}\n\n", after.count());
  exchange.keep_alive = false;
  exchange.status = 200;
  exchange.outcome = Bytes{begin_head(exchange, exchange.status) +
                           fmt::format("Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store, "
                                       "no-transform\r\nContent-Length: {}\r\n\r\n{}",
                                       body.size(), body)};
}

void answer_options(Exchange& exchange, std::string_view allow) {
  exchange.status = 204;
  exchange.outcome = Bytes{begin_head(exchange, 204).append("Allow: ").append(allow).append("\r\n\r\n")};
}

}  // namespace platen::http
