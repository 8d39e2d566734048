// Signed requests to an S3 server, tried again where that helps.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.hpp"
#include "net/http_client.hpp"
#include "platen/store.hpp"
#include "store/s3/settings.hpp"

namespace platen::s3 {

/// One request about an object, or about the bucket where `key` is empty.
struct Call {
  std::string method = "GET";
  std::string key = {};  ///< with the prefix
  Params query = {};
  Params headers = {};  ///< names in lower case
  net::Body body = {};
  std::string payload_sha256 = {};  ///< lower-case hex; empty: of a body that is none
  /// Takes the body of a 2xx answer, of each try.
  std::function<net::Flow(std::string_view)> on_body = {};
  /// Before each try.
  std::function<void()> on_begin = {};
};

/// How often a call is tried.
enum class Patience {
  brief,  ///< someone waits, and a thread that others want: twice
  long_,  ///< a file is at stake: for as long as the target's patience
};

/// What an operator can do about a refusal with this `Code`.
[[nodiscard]] std::string_view advice_for(std::string_view code);

/// Threads: any; each call has a connection of its own, kept for the next one.
/// Errors: `not_found` for what is not there; `unavailable` for all else that the server or the way to it lacks, told
/// in the log once for each kind; `canceled` when no longer wanted, or stopped by `on_body`.
class Client {
 public:
  explicit Client(Target target);

  [[nodiscard]] const Target& target() const noexcept { return target_; }
  [[nodiscard]] Result<net::HttpResponse> send(const Call& call, Patience patience,
                                               const StillWanted& still_wanted = {});
  /// One try, for who looks at the answer: any status is one. Says nothing in the log. Errors: as HttpClient's.
  [[nodiscard]] Result<net::HttpResponse> ask(const Call& call, const StillWanted& still_wanted = {});
  /// Of a call without body or headers, for clients.
  [[nodiscard]] Result<std::string> link(const Call& call, std::chrono::seconds lifetime);
  /// Says in the log what an operator has to mend, unless that was the last thing said; the error for everybody else.
  tl::unexpected<Error> complain(std::string what);

 private:
  [[nodiscard]] std::unique_ptr<net::HttpClient> take_connection();
  void works();

  Target target_;
  Guarded<std::vector<std::unique_ptr<net::HttpClient>>> idle_;
  Guarded<std::string> complaint_;  ///< the last; empty while it works
};

}  // namespace platen::s3
