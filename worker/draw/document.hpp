// A report, measured and broken into pages: all that is needed to draw any of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "platen/time.hpp"
#include "worker/draw/report_data.hpp"
#include "worker/draw/scan.hpp"
#include "worker/draw/table.hpp"
#include "worker/layout/flow.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// A line of running text; `text` is borrowed from the spec.
struct TextLine {
  std::string_view text;
  Direction direction = Direction::left_to_right;
};

/// The first page's head: title, subtitle, and a line that says what and when this is.
struct TitlePart {
  std::vector<TextLine> title;
  std::vector<TextLine> subtitle;
  std::string facts;
};
struct HeadingPart {
  std::vector<TextLine> lines;
  std::string_view text;
  std::size_t level = 0;  ///< 0 to 2
};
struct TextPart {
  std::vector<TextLine> lines;
};
struct TablePart {
  Table table;
};
struct BreakPart {};
using Part = std::variant<TitlePart, HeadingPart, TextPart, TablePart, BreakPart>;

/// Immutable once made. Borrows the spec's texts and the process's fonts.
struct Document {
  Style style;
  std::vector<Part> parts;
  std::vector<Block> blocks;     ///< one for each part
  std::vector<PageStart> pages;  ///< one for each page
  std::uint64_t rows = 0;        ///< of the first table
  std::uint64_t skipped_rows = 0;
  std::uint64_t replaced = 0;
};

/// Measures the report: surveys and scans the data for its tables, breaks its text into lines, and all into pages.
[[nodiscard]] Result<Document> measure_document(const Setting& setting, const RenderSpec& spec, ReportData& data,
                                                TimePoint created_at);

/// The distances of the title's block, which its drawer needs too. Units: points.
struct TitleSpacing {
  double title_line;
  double subtitle_gap;
  double subtitle_line;
  double facts_gap;
  double facts_line;
  double rule_gap;
  double rule;
};
[[nodiscard]] TitleSpacing title_spacing(const Metrics& metrics);

/// `1 March 2026`, in UTC.
[[nodiscard]] std::string day_of(TimePoint time);

}  // namespace platen::worker
