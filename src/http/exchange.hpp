// One request on its way from the loop through a handler and back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/fd.hpp"
#include "http/auth/visitor.hpp"
#include "http/library.hpp"
#include "http/range.hpp"
#include "http/reply.hpp"
#include "platen/store.hpp"
#include "platen/trace.hpp"

namespace platen::http {

/// Names a connection of one door; never used twice.
using ConnectionId = std::uint64_t;

/// What the client is to get, head and all.
struct Bytes {
  std::string text;
};
/// A head, then a part of a file.
struct FilePart {
  std::string head;
  Fd file;
  ByteRange range;
};
/// The connection itself goes.
struct Handover {
  Adopt adopt;
};
/// The connection waits, and then the exchange goes to the pool again.
struct Waiting {
  Wait wait;
};
/// The handler has returned and will answer later: who has the exchange calls `begin` with it.
struct Postponed {
  std::function<void(Later)> begin;
  bool on_loop = false;  ///< `begin` is for the loop's thread, whoever had the handler answer
};
/// The client is gone, or its request was broken off: there is nobody to answer.
struct Abandoned {};

using Outcome = std::variant<Abandoned, Bytes, FilePart, Handover, Waiting, Postponed>;

/// A checked request, and after its handler what came of it.
/// Owned by whoever works on it: the loop, then one thread, then the loop again.
struct Exchange {
  // The request.
  ConnectionId connection = 0;
  std::string method;
  std::string target;        ///< in origin-form, with the query
  std::string path;          ///< decoded
  httplib::Headers headers;  ///< those that handlers may see
  std::string body;
  std::string request_id;
  std::string host;
  std::string peer;
  Visitor visitor = Visitor::anyone();
  int minor_version = 1;
  bool keep_alive = true;
  bool names_upgrade = false;  ///< in `Connection`
  bool has_body = false;       ///< it came with one, used or not
  std::optional<Upload> upload;
  std::optional<Result<UploadProgress>> part;  ///< what came of a part of an upload

  /// In place of the route's handler, where the request has waited.
  std::function<void(const httplib::Request&, Reply&)> answer_after_wait;

  // The answer.
  httplib::Headers answer_headers;  ///< that it has, whoever writes it
  Outcome outcome;
  int status = 0;

  // For the log, the metrics and the traces.
  std::string_view route = "none";  ///< the pattern of its route, borrowed from the table
  std::chrono::steady_clock::time_point begun_at;
  std::uint64_t body_bytes = 0;  ///< that came, out of their framing
  std::string job = {};          ///< the id of the job that it made
  OpenSpan span = {};            ///< its context is the caller's where nothing is traced
};

using ExchangePtr = std::unique_ptr<Exchange>;

}  // namespace platen::http
