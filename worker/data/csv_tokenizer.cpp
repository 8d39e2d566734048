#include "worker/data/csv_tokenizer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "worker/data/byte_words.hpp"
#include "worker/data/row_source.hpp"

namespace platen::worker {

namespace {

/// The first delimiter or line end, or `end`. `plain` is whether all before it is printable ASCII.
const char* find_field_end(const char* at, const char* end, char delimiter, bool& plain) noexcept {
  const std::uint64_t delimiters = repeated(delimiter);
  std::uint64_t odd = 0;
  for (; end - at >= 8; at += 8) {
    const std::uint64_t word = load_word(at);
    const std::uint64_t hits =
        zero_bytes(word ^ delimiters) | zero_bytes(word ^ repeated('\n')) | zero_bytes(word ^ repeated('\r'));
    if (hits == 0) {
      odd |= odd_bytes(word);
      continue;
    }
    const std::size_t before = bytes_before(hits);
    odd |= odd_bytes(word) & ((std::uint64_t{1} << 8 * before) - 1);
    plain = odd == 0;
    return at + before;
  }
  plain = odd == 0;
  for (; at != end && *at != delimiter && *at != '\n' && *at != '\r'; ++at) plain = plain && is_printable_ascii(*at);
  return at;
}

std::size_t line_ends_in(std::string_view text) noexcept {
  std::size_t count = 0;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const bool lone_cr = text[index] == '\r' && (index + 1 == text.size() || text[index + 1] != '\n');
    count += text[index] == '\n' || lone_cr ? 1 : 0;
  }
  return count;
}

}  // namespace

CsvTokenizer::CsvTokenizer(char delimiter) : delimiter_(delimiter) {}

CsvOutcome CsvTokenizer::read(std::string_view text, bool complete) {
  fields_.clear();
  begin_ = at_ = text.data();
  end_ = begin_ + text.size();
  complete_ = complete;
  stray_text_ = false;
  lines_ = 0;
  if (text.empty()) return complete ? CsvOutcome::end : CsvOutcome::incomplete;
  if (*at_ == '\n' || *at_ == '\r')
    return step_over() == After::incomplete ? CsvOutcome::incomplete : CsvOutcome::blank;
  for (;;) {
    if (fields_.size() == max_columns) return CsvOutcome::too_many_fields;
    const After after = read_field();
    if (bytes() > max_row_bytes) return CsvOutcome::row_too_long;
    switch (after) {
      case After::field: continue;
      case After::record: return stray_text_ ? CsvOutcome::stray_text : CsvOutcome::record;
      case After::incomplete: return CsvOutcome::incomplete;
      case After::unterminated: return CsvOutcome::unterminated;
      case After::too_long: return CsvOutcome::field_too_long;
    }
  }
}

CsvTokenizer::After CsvTokenizer::read_field() {
  if (at_ != end_ && *at_ == '"') return read_quoted();
  return read_unquoted();
}

CsvTokenizer::After CsvTokenizer::read_unquoted() {
  bool plain = false;
  const char* const begin = at_;
  // One more than may be, so that a field of just the bound still sees what ends it.
  const char* const limit = begin + std::min<std::ptrdiff_t>(end_ - begin, max_field_bytes + 1);
  at_ = find_field_end(at_, limit, delimiter_, plain);
  const std::string_view text(begin, static_cast<std::size_t>(at_ - begin));
  if (text.size() > max_field_bytes) return After::too_long;
  CsvField& field = fields_.emplace_back();  // filled in place: a copy would wait for its small parts to be stored
  field.text = text;
  field.plain = plain;
  return step_over();
}

CsvTokenizer::After CsvTokenizer::read_quoted() {
  CsvField field;
  const char* const begin = ++at_;
  const char* const limit = begin + std::min<std::ptrdiff_t>(end_ - begin, max_field_bytes + 2);
  for (;;) {
    const void* const quote = std::memchr(at_, '"', static_cast<std::size_t>(limit - at_));
    if (!quote) {
      if (limit != end_) return After::too_long;
      at_ = end_;
      return complete_ ? After::unterminated : After::incomplete;
    }
    at_ = static_cast<const char*>(quote);
    if (at_ + 1 == end_ && !complete_) return After::incomplete;  // is it doubled?
    if (at_ + 1 == end_ || at_[1] != '"') break;
    field.doubled = true;
    at_ += 2;
    if (at_ > limit) return After::too_long;
  }
  field.text = {begin, static_cast<std::size_t>(at_ - begin)};
  if (field.text.size() > max_field_bytes) return After::too_long;
  field.plain = std::all_of(begin, at_, is_printable_ascii);
  if (!field.plain) lines_ += line_ends_in(field.text);
  fields_.push_back(field);
  ++at_;
  bool plain = false;
  const char* const closed = at_;
  at_ = find_field_end(at_, end_, delimiter_, plain);
  stray_text_ = stray_text_ || std::any_of(closed, at_, [](char byte) { return byte != ' '; });
  return step_over();
}

CsvTokenizer::After CsvTokenizer::step_over() {
  if (at_ == end_) return complete_ ? After::record : After::incomplete;
  if (*at_ == delimiter_) {
    ++at_;
    return After::field;
  }
  if (*at_ == '\r') {
    if (at_ + 1 == end_ && !complete_) return After::incomplete;
    if (at_ + 1 != end_ && at_[1] == '\n') ++at_;
  }
  ++at_;
  ++lines_;
  return After::record;
}

void append_unquoted(std::string& out, std::string_view text) {
  for (std::size_t quote = text.find('"'); quote != std::string_view::npos; quote = text.find('"')) {
    out.append(text.substr(0, quote + 1));
    text.remove_prefix(quote + 2);
  }
  out.append(text);
}

}  // namespace platen::worker
