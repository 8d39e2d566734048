#include "worker/draw/shaper.hpp"

#include <algorithm>

namespace platen::worker {

namespace {

constexpr double points = 1.0 / PANGO_SCALE;
/// Pango's time grows with the text, however little of it is shown: no line of a page has more characters.
constexpr std::size_t most_bytes_a_line = 4000;
constexpr std::size_t most_bytes = 64 * 1024;

/// The text's first bytes, cut between two characters.
std::string_view first_bytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0u) == 0x80) --bytes;
  return text.substr(0, bytes);
}

}  // namespace

Shaper::Shaper() : fonts_(pango_cairo_font_map_new()) {
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts_.get()), 72);
  context_.reset(pango_font_map_create_context(fonts_.get()));
  // Hinted metrics and rounded positions make Pango correct every glyph's place: half of the file's size.
  const Owned<cairo_font_options_t, cairo_font_options_destroy> options(cairo_font_options_create());
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  pango_cairo_context_set_font_options(context_.get(), options.get());
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
  layout_.reset(pango_layout_new(context_.get()));
  pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
}

bool Shaper::has_family(std::string_view family) {
  PangoFontFamily** families = nullptr;
  int count = 0;
  pango_font_map_list_families(fonts_.get(), &families, &count);
  const Owned<PangoFontFamily*, g_free> list(families);
  return std::any_of(families, families + count, [&](PangoFontFamily* known) {
    const std::string_view name = pango_font_family_get_name(known);
    return name.size() == family.size() && g_ascii_strncasecmp(name.data(), family.data(), name.size()) == 0;
  });
}

void Shaper::set(std::string_view text, const Face& face, const TextBox& box) {
  const bool single = box.max_lines == 1;
  text = first_bytes(text, single ? most_bytes_a_line : std::min(most_bytes, most_bytes_a_line * box.max_lines));
  flat_ = text;
  if (single) std::replace(flat_.begin(), flat_.end(), '\n', ' ');
  pango_layout_set_auto_dir(layout_.get(), box.direction == Direction::by_text);
  pango_context_set_base_dir(context_.get(),
                             box.direction == Direction::right_to_left ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  pango_layout_context_changed(layout_.get());
  pango_layout_set_font_description(layout_.get(), face.description());
  pango_layout_set_text(layout_.get(), flat_.data(), static_cast<int>(flat_.size()));
  pango_layout_set_width(layout_.get(), box.width > 0 ? static_cast<int>(box.width * PANGO_SCALE) : -1);
  pango_layout_set_height(layout_.get(), -static_cast<int>(std::min<std::size_t>(box.max_lines, 100'000)));
  pango_layout_set_ellipsize(layout_.get(), box.width > 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
}

double Shaper::width(std::string_view text, const Face& face) {
  set(text, face, {});
  PangoRectangle logical;
  pango_layout_get_extents(layout_.get(), nullptr, &logical);
  return logical.width * points;
}

std::size_t Shaper::lines(std::string_view text, const Face& face, const TextBox& box) {
  set(text, face, box);
  const auto count = static_cast<std::size_t>(std::max(1, pango_layout_get_line_count(layout_.get())));
  return std::min(count, box.max_lines);
}

Direction Shaper::direction_of(std::string_view paragraph, const Face& face) {
  set(paragraph, face, {});
  return pango_layout_get_direction(layout_.get(), 0) == PANGO_DIRECTION_RTL ? Direction::right_to_left
                                                                             : Direction::left_to_right;
}

void Shaper::break_lines(std::string_view paragraph, const Face& face, double width_pt,
                         std::vector<std::string_view>& lines) {
  set(paragraph, face, {width_pt, paragraph.size() + 1, 0, Direction::by_text});
  for (int i = 0; i < pango_layout_get_line_count(layout_.get()); ++i) {
    const PangoLayoutLine* line = pango_layout_get_line_readonly(layout_.get(), i);
    std::string_view part =
        paragraph.substr(static_cast<std::size_t>(line->start_index), static_cast<std::size_t>(line->length));
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    lines.push_back(part);
  }
}

void Shaper::draw(cairo_t* context, std::string_view text, const Face& face, const TextBox& box, Stand stand, double x,
                  double y, std::uint64_t& missing) {
  set(text, face, box);
  const int count = std::min(pango_layout_get_line_count(layout_.get()), static_cast<int>(box.max_lines));
  for (int i = 0; i < count; ++i) {
    PangoLayoutLine* line = pango_layout_get_line_readonly(layout_.get(), i);
    PangoRectangle logical;
    pango_layout_line_get_extents(line, nullptr, &logical);
    const double spare = box.width - logical.width * points;
    const double shift = stand == Stand::left ? 0 : stand == Stand::right ? spare : spare / 2;
    cairo_move_to(context, x + shift, y + i * box.line_height);
    pango_cairo_show_layout_line(context, line);
  }
  missing += static_cast<std::uint64_t>(std::max(0, pango_layout_get_unknown_glyphs_count(layout_.get())));
}

}  // namespace platen::worker
