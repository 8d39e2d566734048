// HTTP requests to others, one at a time (libcurl).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platen/error.hpp"

namespace platen::net {

/// A file on disk, sent as it is read: of any size, or a pipe. Sent from `offset` on, where it can be sought, and then
/// no more than `most_bytes` of it.
struct FileBody {
  std::string path;
  std::uint64_t offset = 0;
  std::uint64_t most_bytes = UINT64_MAX;
};

/// One part of a `multipart/form-data` body.
struct Part {
  std::string name;
  std::string type;      ///< its content type; empty: none is said
  std::string filename;  ///< empty: none is said
  std::variant<std::string, FileBody> content;
};

using Body = std::variant<std::monostate, std::string, FileBody, std::vector<Part>>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;                   ///< http or https
  std::vector<std::string> headers;  ///< each `Name: value`
  Body body;
  std::chrono::milliseconds connect_timeout{5'000};
  /// Fails when neither side sends a byte for so long. There is no limit on the whole: streams and large files go on.
  std::chrono::milliseconds stall_timeout{60'000};
  /// A PEM file with the authorities that may have signed an https server's certificate; empty: the system's.
  std::string ca_file = {};
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case; of several equal ones the last
  std::string body;                            ///< what `on_body` did not take
};

/// Whether a transfer goes on.
enum class Flow { go_on, stop };

/// What the caller wants to hear of while a request is under way; each may be empty.
struct HttpEvents {
  /// Takes the body of a 2xx answer piece by piece. Without it, and for other answers, the body is gathered.
  std::function<Flow(std::string_view)> on_body;
  /// How many bytes of the request's body are sent, and how many there are (0: not known).
  std::function<void(std::uint64_t, std::uint64_t)> on_sent;
  /// Called at least once a second.
  std::function<Flow()> on_tick;
};

/// Sends requests over connections that it keeps for the next one.
/// Threads: one at a time; a stop may be requested from any.
class HttpClient {
 public:
  /// A gathered body is at most this large: it is JSON.
  static constexpr std::size_t gathered_bytes = 8 * 1024 * 1024;

  /// Throws std::runtime_error when libcurl cannot be set up.
  HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// Any answer is a response, whatever its status. Errors: `unavailable` when the server cannot be reached or breaks
  /// off, `timed_out` when it falls silent, `canceled` when stopped by `stop`, `on_body` or `on_tick`,
  /// `invalid_request` for a URL that is none, `not_found` for a file that cannot be read.
  [[nodiscard]] Result<HttpResponse> send(const HttpRequest& request, const HttpEvents& events = {},
                                          std::stop_token stop = {});

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

/// `path` (absolute, or a whole URL) seen from `base`.
[[nodiscard]] Result<std::string> resolve(const std::string& base, const std::string& path);

/// `text` with everything but letters, digits and `-._~` percent-encoded (RFC 3986, section 2.1).
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace platen::net
