// One row as a flat JSON object.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "platen/error.hpp"
#include "worker/data/row_source.hpp"

namespace platen::worker {

struct JsonMember {
  std::string_view name;  ///< clean as a cell is (utf8.hpp), for it stands above its column
  CellKind kind = CellKind::null;
  std::string_view text;  ///< of a string without its escapes; of a number as it was written
};

/// Reads objects, one a call, by simdjson. Threads: one.
class JsonRowReader {
 public:
  JsonRowReader();
  ~JsonRowReader();
  JsonRowReader(JsonRowReader&&) noexcept;
  JsonRowReader& operator=(JsonRowReader&&) noexcept;

  enum class Outcome {
    row,
    not_utf8,  ///< nothing else is known; the text can be repaired and read again
    not_a_row  ///< `complaint` says why
  };
  /// `readable_bytes` of memory from the line's beginning on may be read, of which those past the line are looked at
  /// in passing only; where they are few the line is copied.
  [[nodiscard]] Outcome read(std::string_view line, std::size_t readable_bytes);
  /// Of the last row, in its order; doubled names are not noticed. Views into the line and into this reader, valid
  /// until the next call.
  [[nodiscard]] std::span<const JsonMember> members() const noexcept;
  /// A sentence, for the user.
  [[nodiscard]] const std::string& complaint() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace platen::worker
