// Data of any form: no crash, each row is found again from its position, and inferred formats fit every cell.
#include <cstdlib>

#include "worker/data/cell.hpp"
#include "worker/data/open_rows.hpp"
#include "worker/data/typed_rows.hpp"
#include "worker/data/utf8.hpp"

namespace {

using namespace platen;
using namespace platen::worker;

void require(bool truth) {
  if (!truth) std::abort();
}

std::string text_of(const Row& row) {
  std::string text;
  for (const auto cell : row.cells) text.append(cell).push_back('\0');
  return text;
}

void check_last_row(RowSource& source, const Position& last, const std::string& cells) {
  Row row;
  source.seek(last);
  require(source.next(row).value_or(false));
  require(text_of(row) == cells);
}

void check_values(RowSource& source, const Survey& survey) {
  const auto plans = plan_columns({}, source.columns(), survey, {}, "");
  require(plans.has_value());
  TypedRows rows(source, *plans, OnBadRow::fail);
  rows.rewind();
  std::uint64_t count = 0;
  std::string shown;
  for (;; ++count) {
    const auto found = rows.next();
    require(found.has_value());
    if (!*found) break;
    for (std::size_t column = 0; column < rows.values().size(); ++column) {
      if (column >= rows.row().cells.size()) continue;  // fields that come later
      shown.clear();
      append_value(shown, rows.values()[column], (*plans)[column]);
      require(is_utf8(shown));
      require(!shown.empty() || trimmed(rows.row().cells[column]).empty());
    }
  }
  require(count == survey.rows());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto dialect = detect_dialect(bytes, {});
  if (!dialect) return 0;
  const auto source = open_rows(bytes, *dialect, {.on_bad_row = OnBadRow::skip});
  if (!source) return 0;
  Survey survey(std::nullopt, likely_decimal_mark(*dialect));
  Row row;
  Position last = (*source)->position();
  std::string cells;
  for (;;) {
    const Position here = (*source)->position();
    const auto found = (*source)->next(row);
    if (!found) return 0;
    if (!*found) break;
    last = here;
    cells = text_of(row);
    for (const auto cell : row.cells) require(is_clean_cell(cell));
    survey.add(row);
  }
  if (survey.rows() == 0) return 0;
  check_last_row(**source, last, cells);
  check_values(**source, survey);
  return 0;
}
