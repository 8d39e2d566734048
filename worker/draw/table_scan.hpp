// A chunk of a table's rows, scanned: the work that threads share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/in_order.hpp"
#include "platen/error.hpp"
#include "worker/draw/scan.hpp"
#include "worker/draw/table.hpp"
#include "worker/layout/columns.hpp"

namespace platen::worker {

/// Groups whose names are kept for the outline; later ones are drawn all the same.
inline constexpr std::size_t most_named_groups = 10'000;

/// What a chunk of rows holds. Rows count from the chunk's first.
struct ScannedChunk {
  struct Group {
    std::uint64_t row = 0;
    std::string name;
  };
  std::vector<Widths> widths;  ///< one for each column
  std::vector<Total> totals;   ///< one for each column with a total
  std::vector<Mark> marks;     ///< their running totals are those since the chunk's or the group's beginning
  std::vector<Group> groups;   ///< of a grouped table; the first one begins with the chunk or before
  std::vector<Total> running;  ///< of the group that the chunk ends in
  std::uint64_t rows = 0;
  std::uint64_t skipped_rows = 0;
};

/// A scan; all borrowed. `table` is planned: its source, plan and faces are there.
struct ChunkScan {
  const Setting& setting;
  const Table& table;
  const std::vector<Position>& chunks;
};
/// Scans from the beginning of one chunk to that of the next. Any thread; `thread` says whose shaper to use.
[[nodiscard]] Result<ScannedChunk> scan_chunk(const ChunkScan& scan, std::uint64_t chunk, unsigned thread);

/// How many lines each of the rows `first` to `last` - 1 has, at least 1.
[[nodiscard]] Result<std::vector<std::uint8_t>> lines_of_rows(const Table& table, OnBadRow on_bad_row, Shaper& shaper,
                                                              std::uint64_t first, std::uint64_t last);

}  // namespace platen::worker
