// The bytes of a body, for a thread that may wait a moment for them, and no longer.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "http/upload_session.hpp"

namespace platen::http {

/// Reads what an order brings along, then its socket. It waits for a client only while that is quick: for each
/// `Limits::upload_chunk_bytes` that came, `Limits::upload_patience`.
/// Threads: one. Errors: a refusal of a body that is malformed or too large; a client that left.
class BodySource {
 public:
  /// All are borrowed. When this goes, what was read and not used is back in `order.input`.
  BodySource(UploadOrder& order, const Limits& limits, std::span<char> scratch);
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  ~BodySource();

  /// The next bytes of the body, valid until the next call; nullopt when there are none now, for it is whole, or its
  /// client is slow, or its turn is over.
  [[nodiscard]] tl::expected<std::optional<std::string_view>, UploadFailure> next();

 private:
  /// False when it is not to be waited for.
  [[nodiscard]] tl::expected<bool, UploadFailure> fill();
  [[nodiscard]] bool wait_readable();
  [[nodiscard]] bool say_continue();

  UploadOrder& order_;
  const Limits& limits_;
  std::span<char> scratch_;
  std::string chunk_;      ///< what was gathered before
  std::string input_;      ///< what had been read with the head
  std::string_view rest_;  ///< of what was read, not used yet
  bool gave_chunk_ = false;
  std::size_t taken_bytes_ = 0;  ///< in this turn
  std::size_t quick_bytes_ = 0;  ///< that no patience was given for yet
  std::chrono::steady_clock::duration patience_{};
};

}  // namespace platen::http
