// Rows of data, whatever form they came in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"

namespace platen::worker {

/// What the data may hold at most. All are `bad_data`, with `"on_bad_row":"skip"` too: past such a place
/// there is no telling where the next row begins.
inline constexpr std::size_t max_field_bytes = 1 << 20;
inline constexpr std::size_t max_row_bytes = 16 << 20;
inline constexpr std::size_t max_columns = 10'000;

/// What a cell was in JSON.
enum class CellKind : std::uint8_t { null, boolean, number, string };

/// One row. The cells are valid UTF-8 whose only control character is '\n'; they are valid until the next call
/// to the source they came from.
struct Row {
  std::uint64_t number = 0;  ///< counted from 1, rows that were skipped included
  std::uint64_t line = 0;    ///< of its first character, counted from 1
  /// One for each of the source's columns, in their order. A field that a JSON row lacks, or null, is empty.
  std::vector<std::string_view> cells;
  /// What each cell was in JSON; empty for CSV, where nothing says.
  std::vector<CellKind> kinds;
};

/// Where a row begins. A value that another source over the same bytes and dialect understands.
struct Position {
  std::uint64_t offset = 0;  ///< in the data as it came, in bytes
  std::uint64_t row = 1;     ///< the number that the row there will get
  std::uint64_t line = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

/// Reads rows in order, and again from any place it has been. The bytes are borrowed and outlive it.
/// Threads: one. Memory: that of the longest row.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// The names of the fields. Complete from the start for CSV and where they were given; otherwise (JSON rows
  /// need not all have the same fields) it grows until `next` has answered false once.
  [[nodiscard]] virtual const std::vector<std::string>& columns() const noexcept = 0;
  /// The next row into `row`, whose vectors are reused; false at the end. `bad_data` names the row.
  [[nodiscard]] virtual Result<bool> next(Row& row) = 0;
  /// Of the row that `next` will give.
  [[nodiscard]] virtual Position position() const noexcept = 0;
  /// Goes on from a position that a source over the same data gave, and counts from zero again.
  virtual void seek(const Position& position) = 0;
  /// Goes back to the first row.
  virtual void rewind() = 0;
  /// Rows left out for their form (a wrong number of fields, not JSON) since the start or `seek`.
  [[nodiscard]] virtual std::uint64_t skipped_rows() const noexcept = 0;
  /// Invalid sequences and control characters that became U+FFFD since the start or `seek`; exact at the end.
  [[nodiscard]] virtual std::uint64_t replaced() const noexcept = 0;
};

/// "Row 17 (line 19)", as every message about a row begins.
[[nodiscard]] std::string name_of_row(const Row& row);

}  // namespace platen::worker
