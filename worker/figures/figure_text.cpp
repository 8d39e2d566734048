#include "worker/figures/figure_text.hpp"

namespace platen::worker {

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
  return static_cast<double>(logical.width) / PANGO_SCALE;
}

void FigureText::draw(cairo_t* context, std::string_view text, double size_pt, TextWeight weight) {
  set(text, size_pt, weight);
  pango_cairo_show_layout_line(context, pango_layout_get_line_readonly(layout_.get(), 0));
}

}  // namespace platen::worker
