#include "worker/figures/figure_text.hpp"

#include <algorithm>
#include <vector>

namespace platen::worker {

namespace {

constexpr double points = 1.0 / PANGO_SCALE;

/// A run's glyphs from left to right, and for each cluster of them the text that it stands for.
struct VisualRun {
  std::vector<cairo_glyph_t> glyphs;
  std::vector<cairo_text_cluster_t> clusters;
  std::string text;
};

/// The clusters of a run of right-to-left text. Cairo would write them in the order of the text, each with a jump back
/// over the next, and readers take a jump for a space. From left to right they order them themselves.
VisualRun visual_run(const char* text, PangoGlyphItem* item, double x, double y) {
  VisualRun run;
  const PangoGlyphString& string = *item->glyphs;
  std::vector<double> left(static_cast<std::size_t>(string.num_glyphs) + 1, x);
  for (int i = 0; i < string.num_glyphs; ++i)
    left[static_cast<std::size_t>(i) + 1] =
        left[static_cast<std::size_t>(i)] + string.glyphs[i].geometry.width * points;
  PangoGlyphItemIter iter;
  for (gboolean more = pango_glyph_item_iter_init_end(&iter, item, text); more;
       more = pango_glyph_item_iter_prev_cluster(&iter)) {
    const int first = std::min(iter.start_glyph, iter.end_glyph + 1);
    const int last = std::max(iter.start_glyph, iter.end_glyph - 1);
    cairo_text_cluster_t cluster{iter.end_index - iter.start_index, 0};
    for (int i = first; i <= last; ++i) {
      const PangoGlyphInfo& glyph = string.glyphs[i];
      if (glyph.glyph == PANGO_GLYPH_EMPTY) continue;
      run.glyphs.push_back({glyph.glyph, left[static_cast<std::size_t>(i)] + glyph.geometry.x_offset * points,
                            y + glyph.geometry.y_offset * points});
      ++cluster.num_glyphs;
    }
    run.text.append(text + iter.start_index, static_cast<std::size_t>(cluster.num_bytes));
    run.clusters.push_back(cluster);
  }
  return run;
}

/// Whether all glyphs are those of the font: Pango itself draws boxes for what no font has.
bool has_all_glyphs(const PangoGlyphString& string) {
  return std::none_of(string.glyphs, string.glyphs + string.num_glyphs,
                      [](const PangoGlyphInfo& glyph) { return (glyph.glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0; });
}

void show_run(cairo_t* context, const char* text, PangoGlyphItem* item, double x) {
  const bool rightward = item->item->analysis.level % 2 == 0;
  if (rightward || !has_all_glyphs(*item->glyphs)) {
    cairo_move_to(context, x, 0);
    pango_cairo_show_glyph_item(context, text, item);
    return;
  }
  const VisualRun run = visual_run(text, item, x, 0);
  cairo_set_scaled_font(context, pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(item->item->analysis.font)));
  cairo_show_text_glyphs(context, run.text.data(), static_cast<int>(run.text.size()), run.glyphs.data(),
                         static_cast<int>(run.glyphs.size()), run.clusters.data(),
                         static_cast<int>(run.clusters.size()), cairo_text_cluster_flags_t{});
}

}  // namespace

FigureText::FigureText() : fonts_(pango_cairo_font_map_new()) {
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts_.get()), 72);
  context_.reset(pango_font_map_create_context(fonts_.get()));
  // As in the report's own text: neither hinting nor rounding, which only disturb what is scaled and turned.
  const Owned<cairo_font_options_t, cairo_font_options_destroy> options(cairo_font_options_create());
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  pango_cairo_context_set_font_options(context_.get(), options.get());
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
  layout_.reset(pango_layout_new(context_.get()));
  pango_layout_set_single_paragraph_mode(layout_.get(), TRUE);
}

void FigureText::set(std::string_view text, double size_pt, TextWeight weight) {
  const Owned<PangoFontDescription, pango_font_description_free> font(pango_font_description_new());
  pango_font_description_set_family(font.get(), family_.c_str());
  pango_font_description_set_weight(font.get(), weight == TextWeight::bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(font.get(), size_pt * PANGO_SCALE);
  pango_layout_set_font_description(layout_.get(), font.get());
  pango_layout_set_text(layout_.get(), text.data(), static_cast<int>(text.size()));
}

double FigureText::width(std::string_view text, double size_pt, TextWeight weight) {
  set(text, size_pt, weight);
  PangoRectangle logical;
  pango_layout_get_extents(layout_.get(), nullptr, &logical);
  return logical.width * points;
}

std::uint64_t FigureText::draw(cairo_t* context, std::string_view text, double size_pt, TextWeight weight) {
  set(text, size_pt, weight);
  const char* const line_text = pango_layout_get_text(layout_.get());
  double x = 0;
  for (GSList* run = pango_layout_get_line_readonly(layout_.get(), 0)->runs; run != nullptr; run = run->next) {
    auto* const item = static_cast<PangoGlyphItem*>(run->data);
    show_run(context, line_text, item, x);
    x += pango_glyph_string_get_width(item->glyphs) * points;
  }
  return static_cast<std::uint64_t>(std::max(0, pango_layout_get_unknown_glyphs_count(layout_.get())));
}

}  // namespace platen::worker
