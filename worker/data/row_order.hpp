// Rows in another order than that of the data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "platen/error.hpp"
#include "worker/data/row_source.hpp"
#include "worker/data/scratch_file.hpp"

namespace platen::worker {

/// Where the rows are, in order: in memory while they are few, else in the scratch file. Immutable.
/// Owns: its memory or mapping. Threads: any.
class RowOrder {
 public:
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] Position at(std::uint64_t index) const noexcept;
  /// Rows of the data that are left out.
  [[nodiscard]] std::uint64_t skipped_rows() const noexcept { return skipped_rows_; }
  /// What was replaced in all of the data, as RowSource counts it.
  [[nodiscard]] std::uint64_t replaced() const noexcept { return replaced_; }

 private:
  friend class RowOrderWriter;
  std::vector<Position> kept_;
  MappedPart mapped_;
  std::uint64_t size_ = 0;
  std::uint64_t skipped_rows_ = 0;
  std::uint64_t replaced_ = 0;
};

/// Takes positions in order. Borrows: the file. Threads: one.
class RowOrderWriter {
 public:
  /// So many positions are kept in memory at most, 24 bytes each; without a file all are.
  static constexpr std::size_t most_kept = 128 * 1024;
  explicit RowOrderWriter(const Fd* scratch) : scratch_(scratch) {}

  [[nodiscard]] Result<void> add(const Position& position);
  /// Ends it; the writer is of no more use.
  [[nodiscard]] Result<RowOrder> finish(std::uint64_t skipped_rows, std::uint64_t replaced) &&;

 private:
  [[nodiscard]] Result<void> flush();

  const Fd* scratch_;
  std::vector<Position> positions_;
  std::optional<ScratchFile> file_;
  std::uint64_t begin_ = 0;  // of the order in the file
  std::uint64_t size_ = 0;
};

/// A source in that order. `Position::offset` is an index into it; rows have their own numbers and lines.
/// Borrows: the order and the source, which is no other's meanwhile. Several may stand over one order.
class SortedRows final : public RowSource {
 public:
  SortedRows(const RowOrder& order, RowSource& source) : order_(order), source_(source) {}

  [[nodiscard]] const std::vector<std::string>& columns() const noexcept override { return source_.columns(); }
  [[nodiscard]] Result<bool> next(Row& row) override;
  [[nodiscard]] Position position() const noexcept override { return {next_, next_ + 1, next_ + 1}; }
  void seek(const Position& position) override;
  void rewind() override { seek({0, 1, 1}); }
  /// Of all the data, from the first row on; 0 from any other.
  [[nodiscard]] std::uint64_t skipped_rows() const noexcept override { return begin_ == 0 ? order_.skipped_rows() : 0; }
  [[nodiscard]] std::uint64_t replaced() const noexcept override { return begin_ == 0 ? order_.replaced() : 0; }

 private:
  const RowOrder& order_;
  RowSource& source_;
  std::uint64_t begin_ = 0;
  std::uint64_t next_ = 0;
};

}  // namespace platen::worker
