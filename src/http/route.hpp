// The table of what the door answers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/library.hpp"
#include "http/reply.hpp"

namespace platen::http {

/// What a route does with a request's body.
enum class Body {
  none,          ///< it takes none; a small one is read and thrown away
  json,          ///< whole in `Request::body`, at most Limits::json_bytes
  file,          ///< any media type, streamed into the upload store: `Reply::upload()`
  json_or_form,  ///< JSON; or multipart/form-data, whose part `job` is `Request::body` and whose part `data` is
                 ///< streamed
};

/// Answers one request: decode, act, answer. Called by many threads at once; may block for as long as a command to
/// Redis takes. Exactly one of the answering calls of Reply is made. An exception is a bug and becomes a 500.
using Handler = std::function<void(const httplib::Request& request, Reply& reply)>;

/// One entry. GET also answers HEAD. OPTIONS is the door's own, and so are 404 and 405.
struct Route {
  std::string method;   ///< GET, POST, PUT, PATCH or DELETE
  std::string pattern;  ///< a std::regex over the whole decoded path: `R"(/v1/jobs/([a-z0-9_]+))"`; groups are
                        ///< `Request::matches`
  Body body = Body::none;
  Handler handler;
  /// Answers from memory, within microseconds: it runs on the loop's thread. Has no body, and no operator in its
  /// pattern.
  bool is_quick = false;
};

using Routes = std::vector<Route>;

}  // namespace platen::http
