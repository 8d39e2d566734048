// The rows that a table shows, in its order.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platen/error.hpp"
#include "worker/draw/report_data.hpp"

namespace platen::worker {

/// Makes sources over the data of one table. Borrows: the data. Immutable: threads may share it.
class RowsOfTable {
 public:
  RowsOfTable() = default;
  RowsOfTable(const ReportData& data, std::vector<std::string> fields) : data_(&data), fields_(std::move(fields)) {}

  [[nodiscard]] Result<std::unique_ptr<RowSource>> open() const { return data_->source(fields_); }

 private:
  const ReportData* data_ = nullptr;
  std::vector<std::string> fields_;
};

}  // namespace platen::worker
