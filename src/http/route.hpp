// The table of what the door answers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/auth/visitor.hpp"
#include "http/library.hpp"
#include "http/reply.hpp"
#include "platen/store.hpp"

namespace platen::http {

/// What a route does with a request's body.
enum class Body {
  none,          ///< it takes none; a small one is read and thrown away
  json,          ///< whole in `Request::body`, at most Limits::json_bytes
  file,          ///< any media type, streamed into the upload store: `Reply::upload()`
  json_or_form,  ///< JSON; or multipart/form-data, whose part `job` is `Request::body` and whose part `data` is
                 ///< streamed
  part,          ///< any media type, appended to an upload: `Route::open_part` says to which, `Reply::part()` what
                 ///< came of it
};

/// The head of a request whose body is a part of an upload.
struct PartHead {
  const std::string& path;  ///< decoded
  const Tenant& tenant;     ///< who sends it
  const httplib::Headers& headers;
  std::optional<std::uint64_t> body_bytes;  ///< nullopt: it is chunked
};

/// Where such a body goes, and what it must be.
struct OpenedPart {
  std::unique_ptr<UploadPart> part;
  std::uint64_t bytes = 0;
  std::optional<std::string> sha256 = {};        ///< of the body; lower-case hex
  std::optional<std::string> whole_sha256 = {};  ///< of the upload once it is whole
};

/// Called on an upload thread before a byte of the body is read; may block on the disk.
using OpenPart = std::function<Result<OpenedPart>(const PartHead&)>;

/// Answers one request: decode, act, answer. Called by many threads at once; may block for as long as a command to
/// Redis takes. Exactly one of the answering calls of Reply is made. An exception is a bug and becomes a 500.
using Handler = std::function<void(const httplib::Request& request, Reply& reply)>;

/// One entry. GET also answers HEAD. OPTIONS is the door's own, and so are 404 and 405.
struct Route {
  std::string method;   ///< GET, POST, PUT, PATCH or DELETE
  std::string pattern;  ///< of the whole decoded path: `/v1/jobs/{id}`. What is in braces stands for one part, which
                        ///< is not empty; see part_of_path
  Body body = Body::none;
  Handler handler;
  /// Returns within microseconds, for it answers from memory, or later: it runs on the loop's thread. A GET.
  bool is_quick = false;
  OpenPart open_part = {};  ///< of a `part` route
  /// Whom it answers; asked before the body is read. A route that forgets to say so is nobody's but the operator's.
  Needs needs = Needs::admin;
  /// An EventSource reads it, which gives up for good on any refusal: while keys cannot be looked up, it is told to
  /// come back.
  bool is_stream = false;
};

using Routes = std::vector<Route>;

}  // namespace platen::http
