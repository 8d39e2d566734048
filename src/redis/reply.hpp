// What Redis answers.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/owned.hpp"

struct redisReply;

namespace platen::redis {

void free_reply(redisReply* reply) noexcept;

/// A whole answer, owned. Null: none yet.
using Reply = Owned<redisReply, free_reply>;

/// An answer or one part of it, borrowed from its Reply. A value; what is not there reads as nil.
class Value {
 public:
  Value() noexcept = default;
  Value(const Reply& reply) noexcept : reply_(reply.get()) {}  // NOLINT(google-explicit-constructor): a view
  explicit Value(const redisReply* reply) noexcept : reply_(reply) {}

  [[nodiscard]] bool is_nil() const noexcept;
  [[nodiscard]] bool is_error() const noexcept;
  [[nodiscard]] bool is_array() const noexcept;
  /// Of a string, a status or an error; empty for all else.
  [[nodiscard]] std::string_view text() const noexcept;
  /// Of an integer, or of a text of decimal digits; 0 for all else.
  [[nodiscard]] long long integer() const noexcept;
  /// How many parts an array has; 0 for all else.
  [[nodiscard]] std::size_t size() const noexcept;
  /// A part of an array; nil past its end.
  [[nodiscard]] Value operator[](std::size_t index) const noexcept;

 private:
  const redisReply* reply_ = nullptr;
};

/// Whether an error reply's code is `code`: `NOSCRIPT`, `OOM`, …
[[nodiscard]] bool has_error_code(const Value& reply, std::string_view code) noexcept;
/// Whether the answer says that this server cannot serve now (READONLY, LOADING …): another connection, later,
/// may. Every other error belongs to the command that it answers.
[[nodiscard]] bool wants_reconnect(const Value& reply) noexcept;

}  // namespace platen::redis
