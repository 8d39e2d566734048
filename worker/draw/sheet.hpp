// One page's marks: areas first, then text, written as a content stream while they come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "worker/draw/face.hpp"
#include "worker/draw/shaper.hpp"
#include "worker/figures/glyph_figure.hpp"
#include "worker/layout/style.hpp"
#include "worker/pdf/content.hpp"
#include "worker/pdf/font_use.hpp"

namespace platen::worker {

/// A font and a colour to set text in.
struct Pen {
  Face face;
  Rgb colour;
};

/// A rectangle; y grows downwards. Units: points.
struct Area {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

/// How the lines of a text stand in their box.
enum class Stand { left, center, right };

/// What becomes of a line of text that is wider than its box.
enum class Squeeze { ellipsis, shrink };

/// A place on the page that leads elsewhere: to a URI, or, where that is empty, to a page of the report.
struct Link {
  Area area;
  std::string uri;
  std::uint64_t page = 0;
  double y = 0;  ///< on that page
};

/// A glyph of a font that cannot be embedded; pages draw it as a form of this name.
struct DrawnGlyph {
  const pdf::FontFile* font = nullptr;
  pdf::GlyphId glyph = 0;
  [[nodiscard]] std::string resource() const;
  friend auto operator<=>(const DrawnGlyph&, const DrawnGlyph&) = default;
};

/// A structure element (ISO 32000-1, 14.7) that begins on this page. It belongs to the last one of a lower level, which
/// may have begun on a page before.
struct Tag {
  static constexpr std::uint32_t no_content = 0xffffffff;
  std::string_view type;  ///< empty: more content of the last one
  std::uint32_t level = 1;
  std::uint32_t id = no_content;  ///< of its marked content on this page
  std::string alt = {};
};

/// Collects marks. Areas of one colour become one path, in the order in which the colours came, and lie below all text;
/// text is written in the order in which it comes, which is the order in which it is read.
/// Borrows: the shaper. Threads: one. Memory: one page's; kept for the next.
class Sheet {
 public:
  Sheet(Shaper& shaper, double page_height_pt) : shaper_(shaper), text_(page_height_pt), areas_(page_height_pt) {}

  /// What lies on what: stripes and rules, then the grounds of single cells.
  enum class Layer { page, cell };
  void fill(const Rgb& colour, const Area& area, Layer layer = Layer::page);
  /// Sets a text in a box, its first baseline at y; what does not fit is squeezed as said, never cut silently.
  void text(const Pen& pen, std::string_view text, const TextBox& box, Stand stand, double x, double y,
            Squeeze squeeze = Squeeze::ellipsis);
  /// Draws a line with its left edge at x; its links are in `link_colour`, and are added to the page's.
  void line(const ShapedLine& line, const Rgb& colour, const Rgb& link_colour, double x, double y);
  /// Draws a form above the areas and below the text; `alt` says what it shows, empty for ornaments.
  void form(std::string_view resource, const Area& place, double natural_width, double natural_height,
            std::string_view alt);
  /// The same with its own origin at (x, y), an ornament.
  void form_at(std::string_view resource, double x, double y, double scale);
  void link(Link link) { links_.push_back(std::move(link)); }

  /// Whether marks are tagged. If so, all text is shown between `begin_…` and `end_tag`.
  void set_tagged(bool tagged) noexcept { tagged_ = tagged; }
  /// An element that holds others.
  void open_tag(std::string_view type, std::uint32_t level);
  /// An element whose content is the text up to `end_tag`.
  void begin_tag(std::string_view type, std::uint32_t level);
  /// More content of the element that was begun last, maybe on a page before.
  void go_on_with_tag(std::string_view type);
  /// What is no part of the document's text, up to `end_tag`: page numbers, repeated labels.
  void begin_artifact();
  void end_tag();

  /// The page's content stream; the sheet is empty after it.
  [[nodiscard]] std::string take_content();
  [[nodiscard]] std::vector<Link> take_links() { return std::exchange(links_, {}); }
  [[nodiscard]] std::vector<Tag> take_tags() { return std::exchange(tags_, {}); }

  /// Since the start: over all pages.
  [[nodiscard]] const pdf::FontUse& fonts() const noexcept { return fonts_; }
  [[nodiscard]] const std::vector<DrawnGlyph>& drawn_glyphs() const noexcept { return drawn_glyphs_; }
  /// Characters that no font had.
  [[nodiscard]] std::uint64_t missing_glyphs() const noexcept { return missing_; }

 private:
  struct Fill {
    Rgb colour;
    Layer layer;
    std::vector<Area> areas;
  };
  void paint(Layer layer, std::string& content);
  /// One line of fast text, as much of it as has room; false where it is not fast.
  bool fast_line(const Pen& pen, std::string_view text, double width, Stand stand, double x, double y, Squeeze squeeze);
  void show(const Face& face, std::string_view text, bool latin);
  void shaped_text(const Pen& pen, std::string_view text, const TextBox& box, Stand stand, double x, double y,
                   Squeeze squeeze);
  void show_cluster(const ShapedLine& line, const Cluster& cluster, double& pen_x);
  void draw_glyphs(const ShapedLine& line, const Cluster& cluster, double x, double y);
  [[nodiscard]] pdf::GlyphUse& use_of(const pdf::FontFile& font);

  Shaper& shaper_;
  std::vector<Fill> fills_;
  pdf::Content text_;
  pdf::Content areas_;  ///< also forms
  std::vector<std::string_view> lines_;
  std::vector<Link> links_;
  std::vector<Tag> tags_;
  pdf::FontUse fonts_;
  const pdf::FontFile* last_font_ = nullptr;
  pdf::GlyphUse* last_use_ = nullptr;
  std::vector<DrawnGlyph> drawn_glyphs_;  ///< sorted, each once
  std::uint64_t missing_ = 0;
  bool tagged_ = false;
  std::uint32_t next_id_ = 0;  ///< of marked content on this page
};

}  // namespace platen::worker
