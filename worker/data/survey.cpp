#include "worker/data/survey.hpp"

#include <algorithm>
#include <array>

#include "worker/data/moment.hpp"
#include "worker/data/value.hpp"

namespace platen::worker {

namespace {

constexpr std::size_t longest_boolean = 5;

/// The words that make a column one of booleans: fewer than a boolean column may hold, for 1 and `on` mean more.
bool is_boolean_word(std::string_view cell) noexcept {
  constexpr std::array<std::string_view, 4> words = {"true", "false", "yes", "no"};
  if (cell.size() > longest_boolean) return false;
  std::array<char, longest_boolean> lower{};
  std::transform(cell.begin(), cell.end(), lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
  });
  const std::string_view word(lower.data(), cell.size());
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool may_begin_number(char first) noexcept {
  // The last is U+2212's first byte, the first two are signs and marks.
  return (first >= '0' && first <= '9') || (first >= '+' && first <= '.') || first == '\xE2';
}

/// 15:09 or 15:09:26: what a column of times shows again as it was.
bool is_time(std::string_view cell) noexcept {
  return (cell.size() == 5 || cell.size() == 8) && cell[2] == ':' && parse_time(cell).has_value();
}

}  // namespace

void KindInference::add(std::string_view cell, std::optional<CellKind> kind) noexcept {
  cell = trimmed(cell);
  if (cell.empty()) return;
  any_ = true;
  if (kind == CellKind::number) return add_json_number(cell);
  booleans_ = booleans_ && (kind ? kind == CellKind::boolean : is_boolean_word(cell));
  if (kind == CellKind::boolean) moments_ = times_ = false;
  if (!add_moment(cell)) add_text(cell);
  if (kind) point_.fits = comma_.fits = false;
}

bool KindInference::add_moment(std::string_view cell) noexcept {
  if (!moments_ && !times_) return false;
  const bool may_be = cell.front() >= '0' && cell.front() <= '9';
  times_ = times_ && may_be && is_time(cell);
  if (!may_be) moments_ = false;
  if (!moments_) return false;
  const auto moment = parse_moment(cell, DateInput::iso);
  moments_ = moment.has_value();
  if (!moment) return false;
  moment_with_time_ = moment_with_time_ || moment->has_time;
  point_.fits = comma_.fits = false;
  return true;
}

void KindInference::add_text(std::string_view cell) noexcept {
  if (!may_begin_number(cell.front())) {
    point_.fits = comma_.fits = false;
    return;
  }
  NumberShape shape;
  const auto number = Decimal::parse(cell, point_.mark, &shape);
  point_.add(number, shape);
  const bool has_mark = !number || number->scale() > 0 || shape.grouped || shape.exponent;
  if (!has_mark) return comma_.add(number, shape);
  if (number && !shape.grouped && !shape.exponent && number->scale() != 3) {
    comma_.fits = false;  // its point would have to part groups of three
    return;
  }
  NumberShape with_comma;
  comma_.add(Decimal::parse(cell, comma_.mark, &with_comma), with_comma);
}

void KindInference::add_json_number(std::string_view cell) noexcept {
  booleans_ = moments_ = times_ = false;
  const auto number = Decimal::parse(cell);
  for (AsNumbers* const numbers : {&point_, &comma_}) {
    numbers->fits = numbers->fits && number.has_value();
    if (number) numbers->decimals = std::max(numbers->decimals, number->scale());
  }
}

void KindInference::AsNumbers::add(const tl::expected<Decimal, NumberFault>& number,
                                   const NumberShape& shape) noexcept {
  if (number) decimals = std::max(decimals, number->scale());
  grouped = grouped || shape.grouped;
  spaced = spaced || shape.spaced;
  fits = fits && number && !shape.leading_zero && !shape.plus && !shape.exponent;
}

ColumnFacts KindInference::facts(char mark) const noexcept {
  const AsNumbers& numbers = mark == ',' ? comma_ : point_;
  ColumnFacts facts;
  facts.decimal_mark = mark;
  facts.decimals = numbers.decimals;
  facts.seen = any_;
  if (!any_) return facts;
  if (booleans_) {
    facts.format = CellFormat::boolean;
  } else if (moments_) {
    facts.format = moment_with_time_ ? CellFormat::datetime : CellFormat::date;
  } else if (times_) {
    facts.format = CellFormat::time;
  } else if (numbers.fits && (!numbers.spaced || numbers.decimals > 0)) {
    facts.format = numbers.decimals > 0 || numbers.grouped ? CellFormat::decimal : CellFormat::integer;
  }
  return facts;
}

void KindInference::AsNumbers::merge(const AsNumbers& other) noexcept {
  fits = fits && other.fits;
  grouped = grouped || other.grouped;
  spaced = spaced || other.spaced;
  decimals = std::max(decimals, other.decimals);
}

void KindInference::merge(const KindInference& other) noexcept {
  point_.merge(other.point_);
  comma_.merge(other.comma_);
  any_ = any_ || other.any_;
  booleans_ = booleans_ && other.booleans_;
  moments_ = moments_ && other.moments_;
  moment_with_time_ = moment_with_time_ || other.moment_with_time_;
  times_ = times_ && other.times_;
}

std::optional<char> KindInference::decimal_mark() const noexcept {
  if (point_.fits == comma_.fits) return std::nullopt;
  return point_.fits ? point_.mark : comma_.mark;
}

void Survey::add(const Row& row) {
  ++rows_;
  if (columns_.size() < row.cells.size()) columns_.resize(row.cells.size());
  if (row.kinds.empty()) {
    for (std::size_t index = 0; index < row.cells.size(); ++index) columns_[index].add(row.cells[index], std::nullopt);
  } else {
    for (std::size_t index = 0; index < row.cells.size(); ++index)
      columns_[index].add(row.cells[index], row.kinds[index]);
  }
}

void Survey::merge(const Survey& other, std::span<const std::size_t> places) {
  rows_ += other.rows_;
  for (std::size_t field = 0; field < other.columns_.size(); ++field) {
    const std::size_t place = places.empty() ? field : places[field];
    if (columns_.size() <= place) columns_.resize(place + 1);
    columns_[place].merge(other.columns_[field]);
  }
}

ColumnFacts Survey::facts(std::size_t field) const {
  const char mark = decimal_mark();
  if (field >= columns_.size()) return {.decimal_mark = mark};
  const KindInference& column = columns_[field];
  return column.facts(given_ ? mark : column.decimal_mark().value_or(mark));
}

char Survey::decimal_mark() const {
  if (given_) return *given_;
  const auto needs = [this](char mark) {
    return std::any_of(columns_.begin(), columns_.end(),
                       [mark](const KindInference& column) { return column.decimal_mark() == mark; });
  };
  const bool point = needs('.');
  const bool comma = needs(',');
  return point == comma ? likely_ : (comma ? ',' : '.');
}

}  // namespace platen::worker
