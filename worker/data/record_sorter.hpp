// Sorts more than memory holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "worker/data/row_source.hpp"
#include "worker/data/scratch_file.hpp"

namespace platen::worker {

/// A row to sort: the bytes to compare, then its place in the data.
struct SortRecord {
  std::string_view key;
  Position position;
};

/// An external merge sort: records fill a block of memory, a full block is sorted and becomes a run in the scratch
/// file, and the runs are merged, many at a time. Records with equal keys keep the order of their rows.
/// Borrows: the file. Memory: what it is given, once more while runs are merged, and the longest record.
/// Threads: one. Errors: `unavailable` when the disk is full; `too_large` when there is no file and memory is full.
class RecordSorter {
 public:
  RecordSorter(const Fd* scratch, std::size_t memory_bytes);

  [[nodiscard]] Result<void> add(const SortRecord& record);
  /// Gives all records in order; called once. A failure of `take` ends it.
  [[nodiscard]] Result<void> finish(const std::function<Result<void>(const SortRecord&)>& take);

 private:
  /// Where a record lies in the block; `prefix` is its key's first bytes, to compare most at once.
  struct Entry {
    std::uint64_t prefix;
    std::size_t at;
  };
  struct Run {
    std::uint64_t begin;
    std::uint64_t end;
  };
  using Take = std::function<Result<void>(const SortRecord&)>;

  [[nodiscard]] std::size_t used_bytes() const noexcept;
  void sort_block();
  [[nodiscard]] Result<void> give_block(const Take& take);
  [[nodiscard]] Result<void> spill();
  [[nodiscard]] Result<void> merge(std::span<const Run> runs, const Take& take) const;
  /// Writes records in order as a new run.
  [[nodiscard]] Result<void> write_run(const std::function<Result<void>(const Take&)>& give);

  const Fd* scratch_;
  std::size_t memory_bytes_;
  std::vector<char> block_;
  std::vector<Entry> entries_;
  std::optional<ScratchFile> file_;
  std::vector<Run> runs_;
};

}  // namespace platen::worker
