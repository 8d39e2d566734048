// Answers as bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "http/refusal.hpp"

namespace platen::http {

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
[[nodiscard]] std::string http_date(std::time_t time);
/// That of now. Made once a second by each thread that asks; borrowed until that thread asks again.
[[nodiscard]] const std::string& http_date_now();

/// `Name: value` and CRLF for each.
[[nodiscard]] std::string lines_of(const httplib::Headers& fields);

/// The status line and the fields that every answer has: Date, X-Request-Id, Connection where the default of the
/// client's version does not hold, and the exchange's own. No empty line: fields may follow.
[[nodiscard]] std::string begin_head(const Exchange& exchange, int status);

/// An answer as it goes out: that status, the response's header fields and its body, which HEAD, 204 and 304 have not.
[[nodiscard]] std::string compose(const Exchange& exchange, const httplib::Response& response);

/// Makes a refusal the exchange's answer. `fields` are further header lines, each with its CRLF.
void answer_refusal(Exchange& exchange, const Refusal& refusal, std::string_view fields = {});
/// Likewise for an error that has a text of its own.
void answer_problem(Exchange& exchange, const Error& error);
/// 200 with an event stream that says when to come back, and ends.
void answer_come_back(Exchange& exchange, std::chrono::milliseconds after);
/// 204 with `Allow`.
void answer_options(Exchange& exchange, std::string_view allow);

/// How long clients should wait before they try again what was refused for want of room.
inline constexpr std::string_view retry_after_seconds = "1";

}  // namespace platen::http
