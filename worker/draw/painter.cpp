#include "worker/draw/painter.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>
#include <variant>

#include "worker/draw/table_painter.hpp"
#include "worker/pdf/deflate.hpp"

namespace platen::worker {

namespace {

constexpr double thin_pt = 0.4;

/// From a line's upper edge to its baseline, for text of `size` whose lines are `line` apart.
double baseline_in(double line, double size) { return line / 2 + 0.36 * size; }

/// Takes what `flow` places and draws it, one page at a time.
class Painter final : public PageSink {
 public:
  Painter(const Setting& setting, const Document& document, const PageFurniture& furniture, Shaper& shaper,
          std::uint64_t first)
      : setting_(setting),
        document_(document),
        frame_(document.style.frame),
        palette_(document.style.palette),
        metrics_(document.style.metrics),
        furniture_(furniture),
        shaper_(shaper),
        deflater_(pdf::Effort::pages),
        page_(first) {}

  Result<void> begin_page(const PageStart& start) override {
    // Both passes break pages by the same rules; if they ever differ, the page count on every page is wrong.
    if (page_ >= document_.pages.size() || document_.pages[page_] != start)
      return fail(Errc::internal, fmt::format("page {} begins elsewhere than when it was measured", page_ + 1));
    strips_ = document_.first_sheets[page_ + 1] - document_.first_sheets[page_];
    while (sheets_.size() < strips_) {
      sheets_.push_back(std::make_unique<Sheet>(shaper_, frame_.height));
      sheets_.back()->set_tagged(setting_.report.document.accessible);
    }
    for (std::uint64_t strip = 0; strip < strips_; ++strip) furniture_.draw_below(*sheets_[strip]);
    return {};
  }

  Result<void> place(const Item& item) override {
    const Part& part = document_.parts[item.block];
    if (const auto* title = std::get_if<TitlePart>(&part)) {
      draw_title(*title, item.y);
    } else if (const auto* heading = std::get_if<HeadingPart>(&part)) {
      draw_heading(*heading, item.y);
    } else if (const auto* text = std::get_if<TextPart>(&part)) {
      draw_text(*text, item);
    } else if (const auto* figure = std::get_if<FigurePart>(&part)) {
      const Figure& drawn = document_.figures[figure->figure];
      sheet().form(figure_resource(figure->figure), {figure->x, item.y, figure->width, figure->height}, drawn.width_pt,
                   drawn.height_pt, figure->alt);
    } else if (const auto* contents = std::get_if<ContentsPart>(&part)) {
      draw_contents(contents->entries[item.index], item);
    } else if (const auto* table = std::get_if<TablePart>(&part)) {
      if (auto drawn = draw_table_item(table->table, item); !drawn) return drawn;
      if (item.kind == Item::Kind::row) part_.last_row = item.index;
    }
    return {};
  }

  Result<void> end_page() override {
    for (std::uint64_t strip = 0; strip < strips_; ++strip) {
      Sheet& sheet = *sheets_[strip];
      furniture_.draw_lines(sheet, document_.first_sheets[page_] + strip);
      DrawnPage page;
      deflater_.compress(sheet.take_content(), page.content);
      page.links = sheet.take_links();
      page.tags = sheet.take_tags();
      part_.pages.push_back(std::move(page));
    }
    ++page_;
    return {};
  }

  DrawnPart take_part() {
    for (const auto& sheet : sheets_) {
      part_.fonts.merge(sheet->fonts());
      part_.glyphs.insert(part_.glyphs.end(), sheet->drawn_glyphs().begin(), sheet->drawn_glyphs().end());
      part_.missing_glyphs += sheet->missing_glyphs();
    }
    return std::move(part_);
  }

 private:
  [[nodiscard]] Sheet& sheet() { return *sheets_.front(); }

  Result<void> draw_table_item(const Table& table, const Item& item) {
    if (!table_ || table_block_ != item.block) {
      auto opened = TablePainter::open(setting_, document_.style, table);
      if (!opened) return fail(std::move(opened).error());
      table_ = *std::move(opened);
      table_block_ = item.block;
    }
    return table_->draw(item, std::span(sheets_).first(table.strips.size()));
  }

  void draw_line(const ShapedLine& line, const Rgb& colour, double baseline, double indent = 0) {
    const bool leftwards = line.direction == TextDirection::right_to_left;
    const double x = leftwards ? frame_.right - indent - line.width : frame_.left + indent;
    sheet().line(line, colour, palette_.heading, x, baseline);
  }

  double draw_lines(const std::vector<ShapedLine>& lines, const Rgb& colour, double y, double height) {
    for (const ShapedLine& line : lines) {
      draw_line(line, colour, y + baseline_in(height, line.size));
      y += height;
    }
    return y;
  }

  void draw_title(const TitlePart& part, double y) {
    const TitleSpacing spacing = title_spacing(metrics_);
    sheet().begin_tag("H1", 1);
    y = draw_lines(part.title, palette_.ink, y, spacing.title_line);
    sheet().end_tag();
    if (!part.subtitle.empty()) y += spacing.subtitle_gap;
    sheet().begin_tag("P", 1);
    y = draw_lines(part.subtitle, palette_.quiet, y, spacing.subtitle_line);
    y = draw_lines(part.facts, palette_.quiet, y + spacing.facts_gap, spacing.facts_line);
    sheet().end_tag();
    sheet().fill(palette_.accent, {frame_.left, y + spacing.rule_gap, frame_.body_width(), spacing.rule});
  }

  void draw_heading(const HeadingPart& part, double y) {
    static constexpr std::array<std::string_view, 3> tags{"H2", "H3", "H4"};
    sheet().begin_tag(tags[part.level], 1);
    draw_lines(part.lines, palette_.heading, y, heading_line_em * metrics_.heading[part.level]);
    sheet().end_tag();
  }

  void draw_text(const TextPart& part, const Item& item) {
    const ShapedLine& line = part.lines[item.index];
    if (line.begins_paragraph)
      sheet().begin_tag(part.is_caption ? "Caption" : "P", 1);
    else
      sheet().go_on_with_tag("P");
    const double baseline = item.y + baseline_in(item.height, line.size);
    if (!part.align || *part.align == Align::left) {
      draw_line(line, part.is_caption ? palette_.quiet : palette_.ink, baseline);
    } else {
      const double spare = frame_.body_width() - line.width;
      const double shift = *part.align == Align::right ? spare : spare / 2;
      sheet().line(line, palette_.quiet, palette_.heading, frame_.left + shift, baseline);
    }
    sheet().end_tag();
  }

  void draw_contents(const ContentsPart::Entry& entry, const Item& item) {
    const Landmark& heading = document_.headings[entry.heading];
    const double baseline = item.y + baseline_in(item.height, metrics_.paragraph);
    sheet().begin_tag("TOCI", 1);
    draw_line(entry.line, palette_.ink, baseline, entry.indent);
    const Pen pen{{setting_.faces.regular, metrics_.paragraph}, palette_.quiet};
    sheet().text(pen, std::to_string(heading.page + 1), {frame_.body_width(), 1, 0}, Stand::right, frame_.left,
                 baseline);
    sheet().end_tag();
    sheet().fill(palette_.hairline, {frame_.left, item.y + item.height, frame_.body_width(), thin_pt});
    sheet().link({{frame_.left, item.y, frame_.body_width(), item.height}, {}, heading.page, heading.y});
  }

  const Setting& setting_;
  const Document& document_;
  const Frame& frame_;
  const Palette& palette_;
  const Metrics& metrics_;
  const PageFurniture& furniture_;
  Shaper& shaper_;
  pdf::Deflater deflater_;
  std::vector<std::unique_ptr<Sheet>> sheets_;  ///< one for each strip of the page under way
  std::uint64_t strips_ = 1;
  std::unique_ptr<TablePainter> table_;
  std::size_t table_block_ = 0;
  DrawnPart part_;
  std::uint64_t page_;  ///< the one under way, as `flow` counts them
};

}  // namespace

Result<DrawnPart> draw_part(const Setting& setting, const Document& document, const PageFurniture& furniture,
                            Shaper& shaper, std::uint64_t first, std::uint64_t count) {
  Painter painter(setting, document, furniture, shaper, first);
  const Body body{document.style.frame.top, document.style.frame.bottom};
  if (auto drawn = flow(document.blocks, body, document.pages[first], count, painter); !drawn)
    return fail(std::move(drawn).error());
  return painter.take_part();
}

std::string figure_resource(std::size_t figure) { return fmt::format("X{}", figure); }

}  // namespace platen::worker
