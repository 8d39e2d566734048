// What Redis answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace platen::redis {

/// A whole answer, owned: all its parts in one piece of memory, all their texts in another. By default it is nil.
class Reply {
 public:
  Reply() = default;
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) noexcept = default;

  /// Nil again; keeps its memory for the next answer, but not that of a huge one.
  void clear();

 private:
  friend class ReplyReader;
  friend class Value;
  enum class Kind : std::uint8_t { nil, text, error, integer, array };
  struct Part {
    Kind kind = Kind::nil;
    long long number = 0;   ///< of an integer
    std::size_t first = 0;  ///< where a text begins among the texts, or an array's parts among the parts
    std::size_t count = 0;  ///< the bytes of the one, the parts of the other
  };

  std::vector<Part> parts_;  ///< the first one is the answer itself
  std::vector<char> texts_;
};

/// An answer or one part of it, borrowed from its Reply, which may be moved meanwhile. A value; what is not there reads
/// as nil.
class Value {
 public:
  Value() noexcept = default;
  Value(const Reply& reply) noexcept  // NOLINT(google-explicit-constructor): a view
      : parts_(reply.parts_.data()), texts_(reply.texts_.data()), part_(reply.parts_.empty() ? nullptr : parts_) {}

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
  const Reply::Part* parts_ = nullptr;  ///< of the whole answer
  const char* texts_ = nullptr;
  const Reply::Part* part_ = nullptr;  ///< this one; null: not there
};

/// Whether an error reply's code is `code`: `NOSCRIPT`, `OOM`, …
[[nodiscard]] bool has_error_code(const Value& reply, std::string_view code) noexcept;
/// Whether the answer says that this server cannot serve now (READONLY, LOADING …): another connection, later,
/// may. Every other error belongs to the command that it answers.
[[nodiscard]] bool wants_reconnect(const Value& reply) noexcept;

}  // namespace platen::redis
