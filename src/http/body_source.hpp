// The bytes of a body, read from a lent socket with patience, but not endless patience.
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string_view>

#include "http/upload_session.hpp"

namespace platen::http {

/// Threads: one; blocks. Errors: a refusal of a body that is malformed, too large or too slow (408); a client that
/// left.
class BodySource {
 public:
  /// All are borrowed.
  BodySource(UploadOrder& order, const Limits& limits, const std::stop_token& stop);

  /// The next bytes of the body, valid until the next call; empty once it is whole.
  [[nodiscard]] tl::expected<std::string_view, UploadFailure> next();

 private:
  [[nodiscard]] tl::expected<void, UploadFailure> fill();
  [[nodiscard]] tl::expected<void, UploadFailure> wait_readable();
  [[nodiscard]] tl::expected<void, UploadFailure> say_continue();

  UploadOrder& order_;
  const Limits& limits_;
  const std::stop_token& stop_;
  std::size_t used_ = 0;  ///< of `order_.input`
  std::chrono::steady_clock::duration
      waited_{};  ///< for the client, in this window: our own disk's time is not its fault
  std::size_t window_bytes_ = 0;
};

}  // namespace platen::http
