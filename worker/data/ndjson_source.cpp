#include "worker/data/ndjson_source.hpp"

#include <fmt/format.h>

#include <cstring>

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
    const auto decoded = decode(line_text_);
    if (decoded) break;
    if (on_bad_row_ == OnBadRow::fail || columns_.size() > max_columns)
      return fail(decoded.error().code, fmt::format("{}: {}", name_of_row(row), decoded.error().detail));
    ++skipped_;
  }
  row.cells.resize(columns_.size());
  row.kinds.resize(columns_.size());
  for (std::size_t index = 0; index < columns_.size(); ++index) {
    row.cells[index] = std::string_view(text_).substr(cells_[index].begin, cells_[index].bytes);
    row.kinds[index] = cells_[index].kind;
  }
  return true;
}

Result<void> NdjsonSource::decode(std::string_view line) {
  if (!is_utf8(line)) {
    repaired_.clear();
    replaced_ += append_utf8(repaired_, line);
    line = repaired_;
  }
  const std::size_t columns_before = columns_.size();
  text_.clear();
  cells_.assign(columns_before, Cell{});
  expected_ = too_long_ = 0;
  auto decoded = codec::decode_row(
      line, [this](std::string_view field, codec::CellKind kind, std::string_view text) { put(field, kind, text); });
  if (decoded && too_long_ > 0)
    decoded = fail(Errc::bad_data,
                   fmt::format("The field '{}' is longer than {} bytes.", columns_[too_long_ - 1], max_field_bytes));
  if (columns_.size() > max_columns)
    return fail(Errc::bad_data, fmt::format("The rows have more than {} different fields.", max_columns));
  if (decoded) return {};
  for (; columns_.size() > columns_before; columns_.pop_back()) indices_.erase(columns_.back());
  return decoded;
}

void NdjsonSource::put(std::string_view field, codec::CellKind kind, std::string_view text) {
  const std::size_t column = column_of(field);
  if (column == columns_.size()) return;
  expected_ = column + 1;
  if (text.size() > max_field_bytes) too_long_ = column + 1;
  Cell& cell = cells_[column];
  cell.begin = text_.size();
  cell.kind = kind;
  if (kind == codec::CellKind::string && !is_clean_cell(text))
    replaced_ += append_clean_cell(text_, text);
  else
    text_.append(text);
  cell.bytes = text_.size() - cell.begin;
}

std::size_t NdjsonSource::column_of(std::string_view field) {
  if (expected_ < columns_.size() && columns_[expected_] == field) return expected_;
  const auto known = indices_.find(std::string(field));
  if (known != indices_.end()) return known->second;
  if (!takes_all_ || columns_.size() > max_columns) return columns_.size();
  columns_.emplace_back(field);
  cells_.emplace_back();
  indices_.emplace(field, columns_.size() - 1);
  return columns_.size() - 1;
}

}  // namespace platen::worker
