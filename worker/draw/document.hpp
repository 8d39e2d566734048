// A report, measured and broken into pages: all that is needed to draw any of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platen/error.hpp"
#include "platen/renderer.hpp"
#include "platen/report.hpp"
#include "platen/time.hpp"
#include "worker/draw/report_data.hpp"
#include "worker/draw/scan.hpp"
#include "worker/draw/shaper.hpp"
#include "worker/draw/table.hpp"
#include "worker/figures/figure.hpp"
#include "worker/layout/flow.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// The first page's head: title, subtitle, and a line that says what and when this is.
struct TitlePart {
  std::vector<ShapedLine> title;
  std::vector<ShapedLine> subtitle;
  std::vector<ShapedLine> facts;
};
struct HeadingPart {
  std::vector<ShapedLine> lines;
  std::size_t level = 0;    ///< 0 to 2
  bool is_landmark = true;  ///< stands in outline and contents
};
struct TextPart {
  std::vector<ShapedLine> lines;
  bool is_caption = false;
  std::optional<Align> align;  ///< of a caption; else as the text runs
};
struct TablePart {
  Table table;
};
/// A chart or image. Units: points.
struct FigurePart {
  std::size_t figure = 0;  ///< into Document::figures
  double x = 0;
  double width = 0;
  double height = 0;
  std::string alt;
};
/// One line for each heading that the table of contents names.
struct ContentsPart {
  struct Entry {
    std::size_t heading = 0;  ///< into Document::headings
    ShapedLine line;
    double indent = 0;
  };
  std::vector<Entry> entries;
};
struct BreakPart {};
using Part = std::variant<TitlePart, HeadingPart, TextPart, TablePart, FigurePart, ContentsPart, BreakPart>;

/// A place that outline and contents lead to. `page` counts sheets of paper from 0; y from their upper edge.
struct Landmark {
  std::string text;
  std::size_t level = 0;  ///< in the outline, 0 the outermost
  std::uint64_t page = 0;
  double y = 0;
};

/// Immutable once made: threads may share it. Borrows the process's fonts and the report's data.
struct Document {
  Style style;
  std::vector<Part> parts;
  std::vector<Block> blocks;     ///< one for each part
  std::vector<PageStart> pages;  ///< one for each page as `flow` has them
  /// For each of those, and one past the last, its first sheet of paper: a wide table takes several side by side.
  std::vector<std::uint64_t> first_sheets;
  std::vector<Landmark> headings;  ///< of the sections, in order
  std::vector<Landmark> outline;   ///< title, headings and groups, in order
  std::vector<Figure> figures;
  std::map<std::string, std::size_t> images;  ///< by upload: which of the figures shows it
  std::uint64_t rows = 0;                     ///< of the first table
  std::uint64_t skipped_rows = 0;
  std::uint64_t replaced = 0;
  std::uint64_t missing_glyphs = 0;  ///< in the charts

  [[nodiscard]] std::uint64_t sheets() const { return first_sheets.back(); }
};

/// Each cell of a tagged table is an object of the PDF, five times the file and the time.
inline constexpr std::uint64_t max_tagged_cells = 200'000;

/// The uploads that a report shows, opened; borrowed.
using Images = std::span<const RenderImage>;

/// What a report is made of; all borrowed.
struct Material {
  const RenderSpec& spec;
  const ReportData& data;
  Images images;
  TimePoint created_at;
};

/// Measures the report: surveys and scans the data for its tables and charts, breaks its text into lines, and all into
/// pages.
[[nodiscard]] Result<Document> measure_document(const Setting& setting, const Material& material);

/// Breaks a document into pages and finds where its landmarks are.
[[nodiscard]] Result<void> number_pages(const ReportSpec& report, Document& document);

/// Adds an uploaded picture to the document's figures, once however often it is shown, and answers its index there.
/// `pointer` is its place in the request. Errors, with that place: that it is not there, or no picture.
[[nodiscard]] Result<std::size_t> add_image(Document& document, Images images, const std::string& upload,
                                            std::string_view pointer);

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

inline constexpr double heading_line_em = 1.3;  ///< of a heading's lines

}  // namespace platen::worker
