#include "worker/draw/table_scan.hpp"

#include <algorithm>
#include <limits>

#include "worker/data/cell.hpp"
#include "worker/draw/lines.hpp"

namespace platen::worker {

namespace {

/// Cells that need shaping are measured as wide as they may be, and shaped only when that would widen their column.
constexpr double widest_character_em = 1.1;

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80; }));
}

void measure(std::string_view text, const Face& face, Shaper& shaper, double limit, Widths& widths) {
  const Face::Run run = face.measure(text, limit);
  if (run.fast) return widths.add(run.width);
  const double at_most = static_cast<double>(characters_in(text)) * widest_character_em * face.size;
  if (at_most <= widths.widest() || widths.widest() >= limit) return widths.add(at_most);
  widths.add(shaper.width(text, face));
}

}  // namespace

Result<ScannedChunk> scan_chunk(const ChunkScan& scan, std::uint64_t chunk, unsigned thread) {
  const Table& table = scan.table;
  auto source = table.source.open();
  if (!source) return fail(std::move(source).error());
  Shaper& shaper = scan.setting.fonts.shaper(thread);
  const double limit = scan.setting.style.frame.body_width();  // a wider cell fits no better
  const bool is_last = chunk + 1 == scan.chunks.size();
  const std::uint64_t end = is_last ? std::numeric_limits<std::uint64_t>::max() : scan.chunks[chunk + 1].offset;
  ScannedChunk scanned;
  scanned.widths.resize(table.columns.size());
  scanned.totals = new_totals(table.plan);
  if (table.is_grouped()) scanned.running = new_totals(table.plan);
  TypedRows rows(source->rows(), table.plan, scan.setting.report.on_bad_row);
  rows.seek(scan.chunks[chunk]);
  const bool is_sorted = table.source.order() != nullptr;
  std::string text;
  for (;; ++scanned.rows) {
    if (rows.position().offset >= end) break;
    const auto found = rows.next();
    if (!found) return fail(found.error());
    if (!*found) break;
    // Where bad rows are left out, the next one may be another chunk's. (An order holds good rows only.)
    if (!is_last && !is_sorted && rows.row().number >= scan.chunks[chunk + 1].row) break;
    const std::span<const Value> values = rows.values();
    if (table.is_grouped()) {
      text.clear();
      append_value(text, values.back(), table.group_plan());
      if (scanned.groups.empty() || scanned.groups.back().name != text) {
        scanned.groups.push_back({scanned.rows, text});
        if (scanned.rows > 0) scanned.running = new_totals(table.plan);
      }
    }
    if (scanned.rows % rows_a_mark == 0) {
      // A row that begins a group has that group's empty totals before it.
      scanned.marks.push_back({rows.row_position(), scanned.rows, scanned.running});
    }
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (values[i].kind == Value::Kind::text) {
        measure(values[i].text, table.face, shaper, limit, scanned.widths[i]);
        continue;
      }
      text.clear();
      append_value(text, values[i], table.plan[i]);
      measure(text, table.face, shaper, limit, scanned.widths[i]);
    }
    if (!scanned.totals.empty()) add_to_totals(scanned.totals, table.plan, values);
    if (table.is_grouped()) add_to_totals(scanned.running, table.plan, values);
  }
  const std::uint64_t next_row = is_last ? rows.position().row : scan.chunks[chunk + 1].row;
  scanned.skipped_rows = is_sorted ? 0 : next_row - scan.chunks[chunk].row - scanned.rows;
  return scanned;
}

Result<std::vector<std::uint8_t>> lines_of_rows(const Table& table, OnBadRow on_bad_row, Shaper& shaper,
                                                std::uint64_t first, std::uint64_t last) {
  auto source = table.source.open();
  if (!source) return fail(std::move(source).error());
  TableReader reader(table, source->rows(), on_bad_row);
  std::vector<std::uint8_t> lines;
  std::vector<std::string_view> broken;
  for (std::uint64_t row = first; row < last; ++row) {
    if (auto read = reader.go_to(row); !read) return fail(std::move(read).error());
    std::size_t most = 1;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (!table.columns[i].wraps) continue;
      const TextBox box = table.box(table.columns[i]);
      const std::string_view text = reader.text(i);
      const bool fast = break_lines(text, table.face, box.width, box.max_lines, broken);
      most = std::max(most, fast ? broken.size() : shaper.count_lines(text, table.face, box));
    }
    lines.push_back(static_cast<std::uint8_t>(most));
  }
  return lines;
}

}  // namespace platen::worker
