// Where the body of an upload goes, whichever kind it is.
#pragma once

#include <memory>
#include <string_view>

#include "http/exchange.hpp"
#include "http/limits.hpp"
#include "http/route.hpp"
#include "platen/error.hpp"
#include "platen/store.hpp"

namespace platen::http {

struct UploadOrder;

/// Takes a body piece by piece; between two of them it holds no thread and may go to another one. Dropping it before
/// `finish` leaves nothing in the store; of a part, though, all that was written stays.
/// Threads: one at a time; all calls, and the end of it, may block on the disk.
class UploadSink {
 public:
  virtual ~UploadSink() = default;
  [[nodiscard]] virtual Result<void> write(std::string_view data) = 0;
  /// The rest of the body is not wanted: `finish` has the answer.
  [[nodiscard]] virtual bool has_enough() const { return false; }
  /// The body is whole, or enough. What came of it is put into the exchange: its upload and, for a form, the part
  /// `job` as its body; its `part`, which may say why the part was not taken.
  [[nodiscard]] virtual Result<void> finish(Exchange& exchange) = 0;
};

/// The sink of an upload of which nothing has been taken yet.
[[nodiscard]] Result<std::unique_ptr<UploadSink>> open_sink(const UploadOrder& order, UploadStore& store,
                                                            const Limits& limits);

}  // namespace platen::http
