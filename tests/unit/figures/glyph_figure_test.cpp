// Single glyphs drawn as figures.
#include "worker/figures/glyph_figure.hpp"

#include "base/owned.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/figures/support.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::test;

namespace {

/// The font and the glyph that Pango takes for a text's first character.
class Shaped {
 public:
  Shaped(const char* family, const std::string& text, double size_pt = 9) : fonts_(pango_cairo_font_map_new()) {
    context_.reset(pango_font_map_create_context(fonts_.get()));
    layout_.reset(pango_layout_new(context_.get()));
    const Owned<PangoFontDescription, pango_font_description_free> font(pango_font_description_from_string(family));
    pango_font_description_set_absolute_size(font.get(), size_pt * PANGO_SCALE);
    pango_layout_set_font_description(layout_.get(), font.get());
    pango_layout_set_text(layout_.get(), text.c_str(), -1);
    run_ = static_cast<PangoLayoutRun*>(pango_layout_get_line_readonly(layout_.get(), 0)->runs->data);
  }
  [[nodiscard]] PangoFont* font() const { return run_->item->analysis.font; }
  [[nodiscard]] std::uint32_t glyph() const { return run_->glyphs->glyphs[0].glyph; }

 private:
  Owned<PangoFontMap, g_object_unref> fonts_;
  Owned<PangoContext, g_object_unref> context_;
  Owned<PangoLayout, g_object_unref> layout_;
  const PangoLayoutRun* run_ = nullptr;
};

Figure drawn(const Shaped& shaped, const Rgb& ink = {0, 0, 0}) {
  auto figure = glyph_figure(shaped.font(), shaped.glyph(), ink);
  if (!figure) FAIL(figure.error().detail);
  return *figure;
}

struct Seen {
  std::size_t yellow = 0;
  std::size_t gray = 0;  ///< and black
  std::size_t white = 0;
  std::size_t other = 0;
};

Seen colours(const Pictured& page) {
  Seen seen;
  for (int y = 0; y < page.height; ++y) {
    for (int x = 0; x < page.width; ++x) {
      const auto [red, green, blue] = page.at((x + 0.5) / page.width, (y + 0.5) / page.height);
      if (red == 255 && green == 255 && blue == 255)
        ++seen.white;
      else if (red > 200 && green > 140 && blue < 120)
        ++seen.yellow;
      else if (std::abs(red - green) < 12 && std::abs(green - blue) < 12)
        ++seen.gray;
      else
        ++seen.other;
    }
  }
  return seen;
}

}  // namespace

TEST_CASE("an emoji keeps its colours, and the page shows around it", "[glyph]") {
  const TempDir folder;
  const Figure figure = drawn(Shaped("Noto Color Emoji", "\U0001F600"));  // a grinning face
  const Pictured page = pictured(folder, "emoji", report_with(figure));
  CHECK(page.faults == "");
  const Seen seen = colours(page);
  CHECK(seen.yellow > seen.gray);
  CHECK(seen.yellow > 2000);
  CHECK(seen.white > 500);  // the corners
  // About an em wide and high, standing a little below the baseline.
  CHECK(figure.width_pt > 90);
  CHECK(figure.width_pt < 140);
  CHECK(figure.height_pt > 90);
  CHECK(figure.origin_y_pt > 5);
  CHECK(figure.origin_y_pt < 40);
}

TEST_CASE("a glyph's figure does not depend on the font's size", "[glyph]") {
  for (const char* family : {"Noto Color Emoji", "DejaVu Sans"}) {
    const std::string text = family[0] == 'N' ? "\U0001F680" : "g";
    const Figure small = drawn(Shaped(family, text, 7));
    const Figure large = drawn(Shaped(family, text, 30));
    CHECK(small.width_pt == large.width_pt);
    CHECK(small.origin_y_pt == large.origin_y_pt);
    CHECK((small.pdf == large.pdf));
  }
}

TEST_CASE("a glyph without colours is an outline in the text's", "[glyph]") {
  const TempDir folder;
  const Figure figure = drawn(Shaped("DejaVu Sans", "p"), {1, 0.8, 0});
  const Pictured page = pictured(folder, "outline", report_with(figure));
  CHECK(page.faults == "");
  const Seen seen = colours(page);
  CHECK(seen.yellow > 500);
  CHECK(seen.gray < seen.yellow / 10);  // where the edge is nearly white
  // A p has a descender, and begins right of its origin.
  CHECK(figure.origin_y_pt > 15);
  CHECK(figure.origin_y_pt < 30);
  CHECK(figure.origin_x_pt < 0);
}

TEST_CASE("a glyph without ink is empty", "[glyph]") {
  const TempDir folder;
  const Pictured page = pictured(folder, "space", report_with(drawn(Shaped("DejaVu Sans", " "))));
  CHECK(page.faults == "");
  CHECK(colours(page).white == 1);
}
