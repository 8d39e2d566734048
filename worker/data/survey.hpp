// What the columns hold, learnt from every row: so an inferred format fits every cell.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "platen/report.hpp"
#include "worker/data/decimal.hpp"
#include "worker/data/row_source.hpp"

namespace platen::worker {

/// What a column's cells have in common.
struct ColumnFacts {
  CellFormat format = CellFormat::text;  ///< text, integer, decimal, date, time, datetime or boolean
  bool seen = false;                     ///< any cell that is not empty
  char decimal_mark = '.';
  unsigned decimals = 0;  ///< the most that a number has
  friend bool operator==(const ColumnFacts&, const ColumnFacts&) = default;
};

/// Infers one column's kind from its cells, one at a time.
///
/// Empty cells fit everything. In CSV, by their text: *integer* (digits, a minus), *decimal* (with a decimal mark or
/// thousands separators), *date* (ISO 8601), *datetime* (the same, with a time in any cell), *time* (15:09 or
/// 15:09:26), *boolean* (true/false or yes/no). 007, +49, 1e5, 555 123 (unless the column has decimals too) and numbers
/// of more than 38 digits are text: ids and telephone numbers keep their form. In JSON numbers and booleans are what
/// JSON says; a string is a date, a time or text. A mixed column is text.
class KindInference {
 public:
  /// `kind` is absent in CSV.
  void add(std::string_view cell, std::optional<CellKind> kind) noexcept;

  /// As if all cells of `other` had been added here; the order makes no difference.
  void merge(const KindInference& other) noexcept;

  /// The kind, with this decimal mark.
  [[nodiscard]] ColumnFacts facts(char mark) const noexcept;
  /// The decimal mark that alone makes numbers of this column; nullopt if both or neither do.
  [[nodiscard]] std::optional<char> decimal_mark() const noexcept;

 private:
  /// The column as numbers with one of the two marks.
  struct AsNumbers {
    char mark;
    bool fits = true;
    bool grouped = false;
    bool spaced = false;
    unsigned decimals = 0;  ///< also of the numbers in a column that is not all numbers
    void add(const tl::expected<Decimal, NumberFault>& number, const NumberShape& shape) noexcept;
    void merge(const AsNumbers& other) noexcept;
  };
  /// Whether it is a date, and so no number.
  bool add_moment(std::string_view cell) noexcept;
  void add_text(std::string_view cell) noexcept;
  void add_json_number(std::string_view cell) noexcept;

  AsNumbers point_{'.'};
  AsNumbers comma_{','};
  bool any_ = false;  ///< a cell that is not empty
  bool moments_ = true;
  bool moment_with_time_ = false;
  bool times_ = true;
  bool booleans_ = true;
};

/// All columns of the data. Feed it every row, then plan the columns with it (column_plan.hpp).
/// Threads: one. Errors: none; it takes rows as they are.
class Survey {
 public:
  /// `given` is what the data's owner said; `likely` decides where neither that nor any column does.
  explicit Survey(std::optional<char> given, char likely = '.') : given_(given), likely_(likely) {}

  void add(const Row& row);
  /// As if all rows of `other` had been added here: parts of the data may be surveyed by several threads. `places[i]`
  /// is the index here of the other's field `i`; without any, both have the same.
  void merge(const Survey& other, std::span<const std::size_t> places = {});
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// Of a field by its index in the source's columns; a field that no row had is text.
  [[nodiscard]] ColumnFacts facts(std::size_t field) const;
  /// The data's decimal mark: as given; else the one that some column needs and none contradicts; else the likely one.
  [[nodiscard]] char decimal_mark() const;

 private:
  std::optional<char> given_;
  char likely_;
  std::uint64_t rows_ = 0;
  std::vector<KindInference> columns_;
};

}  // namespace platen::worker
