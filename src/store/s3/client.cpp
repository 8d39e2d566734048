#include "store/s3/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stop_token>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "store/s3/xml.hpp"

namespace platen::s3 {

namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::string_view empty_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr milliseconds connect_timeout{3'000};
constexpr milliseconds stall_timeout{20'000};
constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{1'000};
constexpr int brief_tries = 2;
constexpr std::size_t most_idle = 32;

bool is_success(int status) { return status >= 200 && status < 300; }

/// Whether the same request may succeed a little later.
bool may_pass(const Result<net::HttpResponse>& answer) {
  if (!answer) return answer.error().code == Errc::unavailable || answer.error().code == Errc::timed_out;
  return answer->status == 429 || answer->status >= 500 || text_of(answer->body, "Code") == "RequestTimeout";
}

/// Waits for `length`, asking all the while; false when no longer wanted.
bool pause(milliseconds length, const StillWanted& still_wanted) {
  Guarded<bool> never{false};
  (void)never.wait(
      std::stop_token(), [](bool) { return false; }, length);
  return !still_wanted || still_wanted();
}

}  // namespace

std::string_view advice_for(std::string_view code) {
  struct Advice {
    std::string_view code;
    std::string_view text;
  };
  constexpr std::array<Advice, 9> known{{
      {"InvalidAccessKeyId", "the credentials are not known there"},
      {"SignatureDoesNotMatch", "the secret does not belong to the key, or something on the way changes requests"},
      {"AccessDenied", "the credentials may not do this: docs/operations.md has the policy"},
      {"ExpiredToken", "the temporary credentials have lapsed"},
      {"InvalidToken", "the session token does not belong to the key"},
      {"RequestTimeTooSkewed", "the clocks differ by more than 15 minutes"},
      {"NoSuchBucket", "there is no bucket of s3-bucket's name"},
      {"PermanentRedirect", "the bucket is in another region than s3-region"},
      {"AuthorizationHeaderMalformed", "the bucket is in another region than s3-region"},
  }};
  for (const Advice& advice : known)
    if (advice.code == code) return advice.text;
  return "see the server's log";
}

Client::Client(Target target) : target_(std::move(target)) {}

Result<net::HttpResponse> Client::send(const Call& call, Patience patience, const StillWanted& still_wanted) {
  const auto last = Steady::now() + target_.patience;
  milliseconds wait = first_pause;
  for (int tried = 1;; ++tried) {
    if (call.on_begin) call.on_begin();
    auto answer = ask(call, still_wanted);
    if (answer && is_success(answer->status)) {
      works();
      return answer;
    }
    const bool again = patience == Patience::brief ? tried < brief_tries : Steady::now() + wait < last;
    if (may_pass(answer) && again) {
      if (!pause(wait, still_wanted)) return fail(Errc::canceled, "stopped");
      wait = std::min(2 * wait, longest_pause);
      continue;
    }
    if (!answer && answer.error().code == Errc::canceled) return answer;
    if (!answer && answer.error().code == Errc::invalid_request) return complain(answer.error().detail);
    if (!answer) return complain(fmt::format("{} cannot be reached: {}", target_.endpoint.base, answer.error().detail));
    const std::string code = text_of(answer->body, "Code").value_or("");
    if (answer->status == 404 && code != "NoSuchBucket") return fail(Errc::not_found, "There is no such object.");
    return complain(fmt::format("{} refuses a {} in the bucket {} with {} {}: {}", target_.endpoint.base, call.method,
                                target_.bucket, answer->status, code, advice_for(code)));
  }
}

Result<net::HttpResponse> Client::ask(const Call& call, const StillWanted& still_wanted) {
  const auto credentials = target_.credentials.read();
  if (!credentials) return fail(credentials.error());
  const Request to_sign{.method = call.method,
                        .host = target_.endpoint.host,
                        .path = target_.endpoint.path + "/" + call.key,
                        .query = call.query,
                        .headers = call.headers};
  const Params headers = sign(to_sign, call.payload_sha256.empty() ? empty_sha256 : call.payload_sha256, *credentials,
                              target_.region, SystemClock().now());
  net::HttpRequest request;
  request.method = call.method;
  request.url = target_.endpoint.base + encode_path(to_sign.path);
  if (!call.query.empty()) request.url.append("?").append(encode_query(call.query));
  for (const auto& [name, value] : headers) request.headers.push_back(fmt::format("{}: {}", name, value));
  if (headers.count("content-type") == 0) request.headers.emplace_back("content-type:");  // none of libcurl's own
  request.body = call.body;
  request.connect_timeout = connect_timeout;
  request.stall_timeout = stall_timeout;
  request.ca_file = target_.ca_file;
  net::HttpEvents events;
  events.on_body = call.on_body;
  if (still_wanted) events.on_tick = [&] { return still_wanted() ? net::Flow::go_on : net::Flow::stop; };
  auto connection = take_connection();
  auto answer = connection->send(request, events);
  auto idle = idle_.lock();
  if (idle->size() < most_idle) idle->push_back(std::move(connection));
  return answer;
}

std::unique_ptr<net::HttpClient> Client::take_connection() {
  {
    auto idle = idle_.lock();
    if (!idle->empty()) {
      auto connection = std::move(idle->back());
      idle->pop_back();
      return connection;
    }
  }
  return std::make_unique<net::HttpClient>();
}

Result<std::string> Client::link(const Call& call, std::chrono::seconds lifetime) {
  const auto credentials = target_.credentials.read();
  if (!credentials) return complain(credentials.error().detail);
  const Request request{.method = call.method,
                        .host = target_.public_endpoint.host,
                        .path = target_.public_endpoint.path + "/" + call.key,
                        .query = call.query,
                        .headers = {}};
  const Params query = presign(request, lifetime, *credentials, target_.region, SystemClock().now());
  return target_.public_endpoint.base + encode_path(request.path) + "?" + encode_query(query);
}

tl::unexpected<Error> Client::complain(std::string what) {
  auto last = complaint_.lock();
  if (*last != what) spdlog::error("store: {}", what);
  *last = std::move(what);
  return fail(Errc::unavailable, "The store cannot be used now. Its log says why.");
}

void Client::works() {
  auto last = complaint_.lock();
  if (!last->empty()) spdlog::info("store: the bucket {} works again", target_.bucket);
  last->clear();
}

}  // namespace platen::s3
