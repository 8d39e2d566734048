#include "worker/data/csv_source.hpp"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>

#include "worker/data/utf8.hpp"
#include "worker/data/value.hpp"

namespace platen::worker {

CsvSource::CsvSource(std::string_view bytes, const Dialect& dialect, OnBadRow on_bad_row)
    : on_bad_row_(on_bad_row), reader_(bytes, dialect.encoding), tokenizer_(dialect.delimiter) {}

Result<std::unique_ptr<CsvSource>> CsvSource::open(std::string_view bytes, const Dialect& dialect,
                                                   OnBadRow on_bad_row) {
  auto source = std::make_unique<CsvSource>(bytes, dialect, on_bad_row);
  if (auto header = source->read_header(); !header) return fail(header.error());
  return source;
}

Result<void> CsvSource::read_header() {
  row_number_ = 0;
  const auto found = read_record();
  if (!found) return fail(found.error());
  if (!*found) return fail(Errc::bad_data, "The data is empty: its first line must name the columns.");
  if (stray_text_)
    return fail(Errc::bad_data, fmt::format("The header (line {}) has text after a closing quote.", record_line_));
  std::unordered_map<std::string, std::size_t> seen;
  scratch_.reserve(3 * tokenizer_.bytes());
  for (const CsvField& field : tokenizer_.fields()) {
    const std::size_t number = columns_.size() + 1;
    const std::string name(trimmed(cleaned(field)));
    if (name.empty()) return fail(Errc::bad_data, fmt::format("Column {} of the header has no name.", number));
    const auto [earlier, is_new] = seen.emplace(name, number);
    if (!is_new)
      return fail(Errc::bad_data, fmt::format("The header has the column '{}' twice, as columns {} and {}.", name,
                                              earlier->second, number));
    columns_.push_back(name);
  }
  row_number_ = 1;
  first_row_ = position();
  seek(first_row_);
  return {};
}

Position CsvSource::position() const noexcept {
  return {reader_.offset_after(unread_bytes_), row_number_, line_ + unread_lines_};
}

void CsvSource::seek(const Position& position) {
  reader_.seek(position.offset);
  row_number_ = position.row;
  line_ = position.line;
  unread_bytes_ = unread_lines_ = 0;
  skipped_ = replaced_ = 0;
}

Result<bool> CsvSource::read_record() {
  for (;;) {
    reader_.consume(unread_bytes_);
    line_ += unread_lines_;
    unread_bytes_ = unread_lines_ = 0;
    const CsvOutcome outcome = tokenizer_.read(reader_.window(), reader_.complete());
    switch (outcome) {
      case CsvOutcome::end: return false;
      case CsvOutcome::incomplete: reader_.extend(); continue;
      case CsvOutcome::blank:
      case CsvOutcome::record:
      case CsvOutcome::stray_text: break;
      default: return fail(fatal(outcome));
    }
    unread_bytes_ = tokenizer_.bytes();
    unread_lines_ = tokenizer_.lines();
    if (outcome == CsvOutcome::blank) continue;
    record_line_ = line_;
    stray_text_ = outcome == CsvOutcome::stray_text;
    return true;
  }
}

Error CsvSource::fatal(CsvOutcome outcome) const {
  const std::string place = row_number_ == 0 ? fmt::format("The header (line {})", line_)
                                             : fmt::format("Row {} (line {})", row_number_, line_);
  const std::size_t field = tokenizer_.fields().size() + 1;
  const std::string name = field <= columns_.size() ? fmt::format(", column '{}'", columns_[field - 1]) : "";
  const std::uint64_t line = line_ + tokenizer_.lines();
  switch (outcome) {
    case CsvOutcome::unterminated:
      return {Errc::bad_data,
              fmt::format("{}{}: the quote that begins in line {} is never closed.", place, name, line)};
    case CsvOutcome::field_too_long:
      return {Errc::bad_data, fmt::format("{}{}: the field that begins in line {} is longer than {} bytes. Is a quote "
                                          "not closed?",
                                          place, name, line, max_field_bytes)};
    case CsvOutcome::too_many_fields:
      return {Errc::bad_data, fmt::format("{} has more than {} fields.", place, max_columns)};
    default: return {Errc::bad_data, fmt::format("{} is longer than {} bytes.", place, max_row_bytes)};
  }
}

Result<bool> CsvSource::next(Row& row) {
  for (;;) {
    const auto found = read_record();
    if (!found || !*found) return found;
    row.number = row_number_++;
    row.line = record_line_;
    const std::size_t count = tokenizer_.fields().size();
    if (count == columns_.size() && !stray_text_) break;
    if (on_bad_row_ == OnBadRow::fail) {
      const std::string what = stray_text_ ? " has text after a closing quote."
                                           : fmt::format(" has {} field{}; the header has {}.", count,
                                                         count == 1 ? "" : "s", columns_.size());
      return fail(Errc::bad_data, name_of_row(row) + what);
    }
    ++skipped_;
  }
  fill(row);
  return true;
}

void CsvSource::fill(Row& row) {
  const auto fields = tokenizer_.fields();
  row.cells.resize(fields.size());
  row.kinds.clear();
  scratch_.clear();
  for (std::size_t index = 0; index < fields.size(); ++index) {
    const CsvField& field = fields[index];
    row.cells[index] = field.plain && !field.doubled ? field.text : cleaned(field);
  }
}

std::string_view CsvSource::cleaned(const CsvField& field) {
  const bool clean = field.plain || is_clean_cell(field.text);
  if (clean && !field.doubled) return field.text;
  scratch_.reserve(3 * tokenizer_.bytes());  // so that the views into it stay: a cell grows threefold at most
  const std::size_t begin = scratch_.size();
  if (clean) {
    append_unquoted(scratch_, field.text);
  } else if (!field.doubled) {
    replaced_ += append_clean_cell(scratch_, field.text);
  } else {
    unquoted_.clear();
    append_unquoted(unquoted_, field.text);
    replaced_ += append_clean_cell(scratch_, unquoted_);
  }
  return std::string_view(scratch_).substr(begin);
}

}  // namespace platen::worker
