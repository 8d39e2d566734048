// One streamed body on its way into the upload store, a loan of a thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/fd.hpp"
#include "http/body_reader.hpp"
#include "http/exchange.hpp"
#include "http/limits.hpp"
#include "http/refusal.hpp"
#include "http/route.hpp"
#include "http/upload_sink.hpp"
#include "platen/store.hpp"

namespace platen::http {

/// Why an upload came to nothing. Neither of the two: the client left, or was no longer wanted.
struct UploadFailure {
  std::optional<Refusal> refusal = {};
  std::optional<Error> error = {};
};

/// A connection that is lent to an upload thread, with the request that it is in.
struct UploadOrder {
  ExchangePtr exchange;
  Fd socket;          ///< non-blocking
  std::string input;  ///< read from the socket already, past the head; once the body is done, of the next request
  std::string chunk;  ///< of the body, out of its framing, and not taken by the sink yet
  BodyReader body;    ///< stands after `chunk`
  std::string content_type;  ///< a form's (multipart/form-data), or a file's
  bool is_form = false;
  const OpenPart* open_part = nullptr;  ///< not null: the body is a part; borrowed
  bool expects_continue = false;
  std::unique_ptr<UploadSink> sink;              ///< null until the first loan
  std::optional<UploadFailure> broken_off = {};  ///< there will be no more than `chunk`, and why
};

/// How a loan ended.
enum class UploadStep {
  more,  ///< the body goes on: its client is slow, or it is another upload's turn. Nothing is held but the sink.
  over,  ///< what came of it is in the exchange
};

/// Carries what there is of the body to its sink: `chunk`, `input`, and what the socket brings for as long as the
/// client is quick, up to `Limits::upload_turn_bytes`. Blocks on the disk, and for a client no longer than
/// `Limits::upload_patience`. `scratch` is for reads.
/// After a failure the sink is gone; of a part, all that arrived is kept.
[[nodiscard]] tl::expected<UploadStep, UploadFailure> carry_on(UploadOrder& order, UploadStore& store,
                                                               const Limits& limits, std::span<char> scratch);

}  // namespace platen::http
