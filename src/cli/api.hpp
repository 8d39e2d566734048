// Platen's HTTP API from the outside.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "codec/client_json.hpp"
#include "net/http_client.hpp"
#include "platen/error.hpp"

namespace platen::cli {

struct ListQuery {
  std::string status;
  std::uint32_t limit = 20;
  std::string cursor;
};

/// How far an upload is.
struct RemoteUpload {
  std::string id;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool is_whole = false;
  std::string json;  ///< as the server tells it
};

/// One server. Errors are the server's own, or `unavailable` and `timed_out` with what to do about it.
/// Threads: one at a time.
class Api {
 public:
  /// `server` is its URL; `stop` ends whatever call is under way with `canceled`. `key` is sent to that server only;
  /// empty: none is.
  Api(std::string server, std::stop_token stop, std::string key = {});

  /// Another one of the same server, for another thread.
  [[nodiscard]] Api fork() const;

  using OnSent = std::function<void(std::uint64_t sent, std::uint64_t total)>;
  /// `request` is the part `job`, `data_path` the file that is streamed as the part `data`. Under the same
  /// `idempotency_key` it may be sent again.
  [[nodiscard]] Result<codec::RemoteJob> submit(const std::string& request, const std::string& data_path,
                                                const std::string& idempotency_key, const OnSent& on_sent);
  /// Announces a file of so many bytes, which is then sent by `send_upload`.
  [[nodiscard]] Result<RemoteUpload> begin_upload(std::uint64_t bytes);
  [[nodiscard]] Result<RemoteUpload> find_upload(const std::string& id);
  /// Sends the file from the upload's offset on.
  [[nodiscard]] Result<RemoteUpload> send_upload(const RemoteUpload& upload, const std::string& path,
                                                 const OnSent& on_sent);
  /// False when it was cut short by a stop.
  [[nodiscard]] bool pause(std::chrono::milliseconds time) const;

  [[nodiscard]] Result<codec::RemoteJob> find(const std::string& id);
  [[nodiscard]] Result<codec::RemoteJobs> list(const ListQuery& query);
  [[nodiscard]] Result<codec::RemoteJob> cancel(const std::string& id);
  [[nodiscard]] Result<codec::RemoteJob> redrive(const std::string& id);
  /// Runs the oldest dead letters again, codec::most_redriven of them at most; how many.
  [[nodiscard]] Result<std::uint64_t> redrive_dead_letters();

  /// An event's kind and what it says.
  using OnEvent = std::function<void(std::string_view kind, const codec::RemoteJob&)>;
  using OnBreak = std::function<void(const Error&)>;
  /// Follows a job's events, over broken connections, and returns the job as it ended.
  [[nodiscard]] Result<codec::RemoteJob> follow(const std::string& id, const OnEvent& on_event,
                                                const OnBreak& on_break);

  /// Writes what `url` (a path on the server, or a whole URL) gives to `path`, which appears only when it is whole;
  /// `-` is standard output.
  [[nodiscard]] Result<void> download(const std::string& url, const std::string& path);

  /// A link of the server's as whoever follows it needs it.
  [[nodiscard]] std::string absolute(const std::string& url) const;
  [[nodiscard]] const std::string& server() const noexcept { return server_; }
  [[nodiscard]] bool is_stopped() const noexcept { return stop_.stop_requested(); }

 private:
  [[nodiscard]] Result<net::HttpResponse> send(net::HttpRequest request, const net::HttpEvents& events = {});
  [[nodiscard]] Result<RemoteUpload> send_for_upload(net::HttpRequest request, const net::HttpEvents& events = {});
  [[nodiscard]] Result<codec::RemoteJob> send_for_job(net::HttpRequest request, const net::HttpEvents& events = {});
  void add_key(const std::string& url, std::vector<std::string>& headers) const;
  [[nodiscard]] Error explained(Error error) const;
  [[nodiscard]] std::string url_of(const std::string& path) const { return server_ + path; }

  std::string server_;
  std::stop_token stop_;
  std::string key_field_;  ///< `Authorization: …`, or empty
  net::HttpClient client_;
};

/// The error that an answer other than 2xx tells, be it Platen's or a proxy's; with its `Retry-After`.
[[nodiscard]] Error error_in(const net::HttpResponse& answer);

}  // namespace platen::cli
