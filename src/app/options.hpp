// platend's settings.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/settings.hpp"
#include "queue/options.hpp"
#include "store/s3/settings.hpp"
#include "trace/settings.hpp"

namespace platen::app {

struct Options {
  std::string listen = "127.0.0.1:8080";
  std::string port_file;
  std::string admin_listen;  ///< empty: its routes are on `listen`
  std::string admin_port_file;
  std::string redis = "redis://127.0.0.1:6379/0";
  std::string data_dir = "/var/lib/platen";
  s3::Options s3;
  std::string signing_key_file = "/var/lib/platend/signing.key";
  std::string public_url;
  std::vector<std::string> allow_origin;
  std::vector<std::string> allow_host;
  bool require_keys = false;
  LogOptions log;
  trace::Options trace;
  std::uint32_t handler_threads = 4;
  std::uint32_t upload_threads = 8;
  std::uint64_t upload_limit_bytes = 10ULL * 1024 * 1024 * 1024;
  std::chrono::seconds unfinished_upload_age = std::chrono::hours(24);
  queue::QueueLimits limits;
  std::string durability = "fast";  ///< or strict
  std::string webhook_allow_private;
  std::chrono::seconds webhook_timeout = std::chrono::seconds(15);
  std::chrono::seconds link_lifetime = std::chrono::hours(1);
  std::chrono::seconds drain_timeout = std::chrono::seconds(20);
  std::chrono::milliseconds heartbeat = std::chrono::seconds(15);
  std::chrono::milliseconds stream_retry = std::chrono::seconds(2);
};

/// Defines each option as a setting of `platend`. `options` must outlive `settings`.
void define(Settings& settings, Options& options);

/// Of the one flag beside the settings.
inline constexpr const char* try_bucket_help =
    "Write, read and remove an object in s3-bucket, look at its clock and rules, say what is wrong, and end.";

/// What no single value shows: `invalid_request` with a sentence that names the setting and the fix.
[[nodiscard]] Result<void> check(const Options& options);

/// A listener's address out of `HOST:PORT`; the host may be an IPv6 literal in brackets.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};
[[nodiscard]] Result<ListenAddress> parse_listen(const std::string& text);

}  // namespace platen::app
