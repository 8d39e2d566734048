// The rows that a table shows, in its order.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platen/error.hpp"
#include "worker/data/row_order.hpp"
#include "worker/draw/report_data.hpp"

namespace platen::worker {

/// A source of a table's rows, for one thread. Borrows: the order.
class TableSource {
 public:
  TableSource(std::unique_ptr<RowSource> data, const RowOrder* order)
      : data_(std::move(data)), sorted_(order != nullptr ? std::make_unique<SortedRows>(*order, *data_) : nullptr) {}

  [[nodiscard]] RowSource& rows() noexcept { return sorted_ ? *sorted_ : *data_; }

 private:
  std::unique_ptr<RowSource> data_;
  std::unique_ptr<SortedRows> sorted_;
};

/// Makes sources over the data of one table. Owns: the rows' order, where it is not the data's. Borrows: the data.
/// Immutable: threads may share it.
class RowsOfTable {
 public:
  RowsOfTable() = default;
  RowsOfTable(const ReportData& data, std::vector<std::string> fields) : data_(&data), fields_(std::move(fields)) {}

  void sort(RowOrder order) { order_ = std::make_unique<RowOrder>(std::move(order)); }
  /// nullptr: the data's own.
  [[nodiscard]] const RowOrder* order() const noexcept { return order_.get(); }

  [[nodiscard]] Result<TableSource> open() const {
    auto source = data_->source(fields_);
    if (!source) return fail(std::move(source).error());
    return TableSource(*std::move(source), order_.get());
  }

 private:
  const ReportData* data_ = nullptr;
  std::vector<std::string> fields_;
  std::unique_ptr<RowOrder> order_;  ///< where it is does not change when a table moves
};

}  // namespace platen::worker
