#include "worker/data/ndjson_source.hpp"

#include <fmt/format.h>

#include "worker/data/quoted.hpp"
#include "worker/data/utf8.hpp"

namespace platen::worker {

namespace {

bool is_blank(std::string_view line) noexcept { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

NdjsonSource::NdjsonSource(std::string_view bytes, Encoding encoding, OpenOptions options)
    : on_bad_row_(options.on_bad_row),
      takes_all_(options.columns.empty()),
      reader_(bytes, encoding),
      columns_(std::move(options.columns)),
      first_row_{reader_.offset(), 1, 1} {
  for (std::size_t index = 0; index < columns_.size(); ++index) indices_.emplace(columns_[index], index);
  filled_.resize(columns_.size());
}

Position NdjsonSource::position() const noexcept {
  return {reader_.offset_after(unread_bytes_), row_number_, line_ + (unread_bytes_ > 0 ? 1 : 0)};
}

void NdjsonSource::seek(const Position& position) {
  reader_.seek(position.offset);
  row_number_ = position.row;
  line_ = position.line;
  unread_bytes_ = 0;
  skipped_ = replaced_ = 0;
}

Result<bool> NdjsonSource::read_line() {
  for (;;) {
    line_ += unread_bytes_ > 0 ? 1 : 0;
    reader_.consume(unread_bytes_);
    unread_bytes_ = 0;
    std::size_t end = reader_.window().find('\n');
    while (end == std::string_view::npos && !reader_.complete() && reader_.window().size() <= max_row_bytes) {
      const std::size_t searched = reader_.window().size();
      reader_.extend();
      end = reader_.window().find('\n', searched);
    }
    const std::string_view window = reader_.window();
    if (window.empty()) return false;
    line_text_ = window.substr(0, end);
    if (line_text_.size() > max_row_bytes)
      return fail(Errc::bad_data,
                  fmt::format("Row {} (line {}) is longer than {} bytes.", row_number_, line_, max_row_bytes));
    unread_bytes_ = line_text_.size() + (end == std::string_view::npos ? 0 : 1);
    if (!is_blank(line_text_)) return true;
  }
}

Result<bool> NdjsonSource::next(Row& row) {
  for (;;) {
    const auto found = read_line();
    if (!found || !*found) return found;
    row.number = row_number_++;
    row.line = line_;
    const auto complaint = decode(line_text_, row);
    if (!complaint) return true;
    if (on_bad_row_ == OnBadRow::fail || columns_.size() > max_columns)
      return fail(Errc::bad_data, fmt::format("{}: {}", name_of_row(row), *complaint));
    ++skipped_;
  }
}

std::optional<std::string> NdjsonSource::decode(std::string_view line, Row& row) {
  auto outcome = json_.read(line, reader_.window().size());
  if (outcome == JsonRowReader::Outcome::not_utf8) {
    repaired_.clear();
    replaced_ += append_utf8(repaired_, line);
    line = repaired_;
    outcome = json_.read(line, line.size());
  }
  if (outcome != JsonRowReader::Outcome::row) return json_.complaint();
  const std::size_t columns_before = columns_.size();
  row.cells.assign(columns_before, {});
  row.kinds.assign(columns_before, CellKind::null);
  scratch_.clear();
  scratch_.reserve(3 * line.size());  // so that the views into it stay: a cell grows threefold at most
  passed_over_.clear();
  expected_ = 0;
  ++rows_decoded_;
  for (const JsonMember& member : json_.members()) {
    auto complaint = put(member, row);
    if (!complaint) continue;
    if (columns_.size() > max_columns) return complaint;
    for (; columns_.size() > columns_before; columns_.pop_back()) indices_.erase(columns_.back());
    filled_.resize(columns_before);
    return complaint;
  }
  return std::nullopt;
}

std::optional<std::string> NdjsonSource::put(const JsonMember& member, Row& row) {
  const auto twice = [&] { return fmt::format("The field {} is there twice.", in_quotes(member.name)); };
  const std::size_t column = column_of(member.name, row);
  if (columns_.size() > max_columns) return fmt::format("The rows have more than {} different fields.", max_columns);
  if (column == columns_.size()) {
    if (passed_over_.emplace(member.name).second) return std::nullopt;
    return twice();
  }
  if (filled_[column] == rows_decoded_) return twice();
  filled_[column] = rows_decoded_;
  expected_ = column + 1;
  if (member.text.size() > max_field_bytes)
    return fmt::format("The field {} is longer than {} bytes.", in_quotes(member.name), max_field_bytes);
  row.kinds[column] = member.kind;
  const bool clean = member.kind != CellKind::string || is_clean_cell(member.text);
  row.cells[column] = clean ? member.text : cleaned(member.text);
  return std::nullopt;
}

std::string_view NdjsonSource::cleaned(std::string_view text) {
  const std::size_t begin = scratch_.size();
  replaced_ += append_clean_cell(scratch_, text);
  return std::string_view(scratch_).substr(begin);
}

std::size_t NdjsonSource::column_of(std::string_view field, Row& row) {
  if (expected_ < columns_.size() && columns_[expected_] == field) return expected_;
  const auto known = indices_.find(std::string(field));
  if (known != indices_.end()) return known->second;
  if (!takes_all_) return columns_.size();
  columns_.emplace_back(field);
  filled_.push_back(0);
  row.cells.emplace_back();
  row.kinds.push_back(CellKind::null);
  indices_.emplace(field, columns_.size() - 1);
  return columns_.size() - 1;
}

}  // namespace platen::worker
