// One streamed body: from a socket into the upload store.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/fd.hpp"
#include "http/body_reader.hpp"
#include "http/exchange.hpp"
#include "http/limits.hpp"
#include "http/refusal.hpp"
#include "http/route.hpp"
#include "platen/store.hpp"

namespace platen::http {

/// A connection that is lent to an upload thread, with the request that it is in.
struct UploadOrder {
  ExchangePtr exchange;
  Fd socket;          ///< non-blocking
  std::string input;  ///< read from the socket already, past the head
  BodyReader body;
  std::string content_type;  ///< a form's (multipart/form-data), or a file's
  bool is_form = false;
  const OpenPart* open_part = nullptr;  ///< not null: the body is a part; borrowed
  bool expects_continue = false;
};

/// Why an upload came to nothing. Neither of the two: the client left, or was no longer wanted.
struct UploadFailure {
  std::optional<Refusal> refusal = {};
  std::optional<Error> error = {};
};

/// Reads the body of `order`, blocking, at no less than the least rate; what comes after it is left in `order.input`.
/// On success the exchange has its upload and, for a form, the part `job` as its body. On failure, or when stopped,
/// the store holds nothing of it.
/// Of a part, though, what arrived stays, and `part` of the exchange says how far the upload is; also why the part was
/// not taken, which is no failure here: the rest of the body may then be unread.
[[nodiscard]] tl::expected<void, UploadFailure> receive_upload(UploadOrder& order, UploadStore& store,
                                                               const Limits& limits, const std::stop_token& stop);

}  // namespace platen::http
