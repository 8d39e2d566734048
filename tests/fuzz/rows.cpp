// Data of any form: no crash, and each row is found again from its position.
#include <cstdlib>

#include "worker/data/open_rows.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace platen::worker;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto dialect = detect_dialect(bytes, {});
  if (!dialect) return 0;
  auto source = open_rows(bytes, *dialect, {.on_bad_row = platen::OnBadRow::skip});
  if (!source) return 0;
  Row row;
  Position last = (*source)->position();
  std::string cells;
  for (;;) {
    const Position here = (*source)->position();
    const auto found = (*source)->next(row);
    if (!found || !*found) break;
    last = here;
    cells.clear();
    for (const auto cell : row.cells) cells.append(cell).push_back('\0');
  }
  if (cells.empty()) return 0;
  (*source)->seek(last);
  if (!(*source)->next(row).value_or(false)) std::abort();
  std::string again;
  for (const auto cell : row.cells) again.append(cell).push_back('\0');
  if (again != cells) std::abort();
  return 0;
}
