// What does not fit in a request, gathered so that the client hears of all of it at once. Private to codec.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"

namespace platen::codec {

/// The JSON Pointer (RFC 6901) of a member or element.
[[nodiscard]] std::string pointer_to(std::string_view parent, std::string_view name);
[[nodiscard]] std::string pointer_to(std::string_view parent, std::size_t index);
/// A client's name as it may stand in a sentence: cut where it is long.
[[nodiscard]] std::string shown(std::string_view name);

/// The first of them, up to the number that a person would read.
class Problems {
 public:
  static constexpr std::size_t most = 20;
  /// A pointer with a client's very long names in it is cut: what was sent does not come back whole.
  void add(std::string_view pointer, std::string detail);
  [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }
  [[nodiscard]] bool full() const noexcept { return fields_.size() == most; }
  /// All of them as one `invalid_report`.
  [[nodiscard]] Error error() const;

 private:
  std::vector<FieldError> fields_;
};

}  // namespace platen::codec
