#include "worker/draw/face.hpp"

#include <cairo-ft.h>

#include <new>
#include <utility>

namespace platen::worker {

namespace {

/// Hint metrics off: advances are the font's own, so that Cairo needs no corrections between glyphs.
Owned<cairo_font_options_t, cairo_font_options_destroy> unhinted() {
  Owned<cairo_font_options_t, cairo_font_options_destroy> options(cairo_font_options_create());
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  return options;
}

ScaledFont open_scaled(const std::string& family, Weight weight, double size) {
  const Owned<cairo_font_face_t, cairo_font_face_destroy> face(
      cairo_toy_font_face_create(family.c_str(), CAIRO_FONT_SLANT_NORMAL,
                                 weight == Weight::bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL));
  cairo_matrix_t scale;
  cairo_matrix_t identity;
  cairo_matrix_init_scale(&scale, size, size);
  cairo_matrix_init_identity(&identity);
  ScaledFont font(cairo_scaled_font_create(face.get(), &scale, &identity, unhinted().get()));
  if (cairo_scaled_font_status(font.get()) != CAIRO_STATUS_SUCCESS) throw std::bad_alloc();
  return font;
}

/// Scripts and signs that are set one glyph after the other. What combines, joins, reorders or is invisible is not.
bool needs_no_shaping(char32_t c) {
  if (c < 0x20) return false;
  if (c < 0x7F) return true;
  if (c < 0xA0 || c == 0xAD) return false;       // C1 controls, soft hyphen
  if (c < 0x300) return true;                    // Latin, phonetic letters, spacing modifiers
  if (c < 0x370) return false;                   // combining marks
  if (c < 0x530) return c < 0x483 || c > 0x489;  // Greek, Cyrillic but its combining marks
  if (c < 0x1E00) return false;                  // all the scripts that need a shaper
  if (c < 0x2000) return true;                   // Latin and Greek with marks built in
  if (c < 0x2070) return (c >= 0x2010 && c <= 0x2027) || (c >= 0x2030 && c <= 0x205E);  // no marks of direction
  if (c < 0x20D0) return true;                                                          // superscripts, currencies
  return c >= 0x2100;  // letterlike, arrows, operators, boxes
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& at) noexcept {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  char32_t value = lead & (0x3Fu >> more);
  for (; more > 0 && at < text.size(); --more) value = value << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
  return value;
}

Face::Face(const std::string& family, Weight weight, double size_pt)
    : size_(size_pt),
      font_(open_scaled(family, weight, size_pt)),
      description_(pango_font_description_new()),
      coverage_(fast_limit, no_glyph),
      glyphs_(fast_limit, Glyph{unknown, 0}) {
  pango_font_description_set_family(description_.get(), family.c_str());
  pango_font_description_set_weight(description_.get(),
                                    weight == Weight::bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(description_.get(), size_pt * PANGO_SCALE);
  glyphs_[0] = {no_glyph, 0};
  read_coverage();
  constexpr double no_limit = 1e9;
  ellipsis_ = "\xE2\x80\xA6";
  if (!measure(ellipsis_, no_limit).fast) ellipsis_ = "...";
  ellipsis_width_ = measure(ellipsis_, no_limit).width;
}

void Face::read_coverage() {
  const FT_Face face = cairo_ft_scaled_font_lock_face(font_.get());
  if (face == nullptr) return;
  // Cairo's own way back from a glyph to its text is the first code point of this walk that has it.
  std::vector<bool> taken(static_cast<std::size_t>(face->num_glyphs), false);
  FT_UInt index = 0;
  for (FT_ULong code = FT_Get_First_Char(face, &index); index != 0; code = FT_Get_Next_Char(face, code, &index)) {
    if (code >= fast_limit) break;
    if (index < taken.size() && !taken[index] && needs_no_shaping(static_cast<char32_t>(code))) coverage_[code] = index;
    if (index < taken.size()) taken[index] = true;
  }
  cairo_ft_scaled_font_unlock_face(font_.get());
  coverage_[U'\n'] = coverage_[U' '];  // on one line
  constexpr char32_t no_break_space = 0xA0;
  coverage_[no_break_space] = coverage_[U' '];  // stands in amounts of money; most fonts give both one glyph
}

const Face::Glyph& Face::look_up(char32_t code_point) {
  Glyph& glyph = glyphs_[code_point];
  glyph = {coverage_[code_point], 0};
  if (glyph.index == no_glyph) return glyph;
  const cairo_glyph_t at_origin{glyph.index, 0, 0};
  cairo_text_extents_t extents;
  cairo_scaled_font_glyph_extents(font_.get(), &at_origin, 1, &extents);
  glyph.advance = static_cast<float>(extents.x_advance);
  return glyph;
}

Face::Run Face::measure(std::string_view text, double limit_pt) {
  Run run;
  while (run.bytes < text.size()) {
    std::size_t after = run.bytes;
    const Glyph& next = glyph(next_code_point(text, after));
    if (next.index == no_glyph) return {false, 0, 0};
    if (run.width + static_cast<double>(next.advance) > limit_pt) break;
    run.width += static_cast<double>(next.advance);
    run.bytes = after;
  }
  return run;
}

Face::Run Face::append(std::string_view text, double limit_pt, double x, double y, std::vector<cairo_glyph_t>& glyphs) {
  const std::size_t before = glyphs.size();
  Run run;
  while (run.bytes < text.size()) {
    std::size_t after = run.bytes;
    const Glyph& next = glyph(next_code_point(text, after));
    if (next.index == no_glyph) {
      glyphs.resize(before);
      return {false, 0, 0};
    }
    if (run.width + static_cast<double>(next.advance) > limit_pt) break;
    glyphs.push_back({next.index, x + run.width, y});
    run.width += static_cast<double>(next.advance);
    run.bytes = after;
  }
  return run;
}

}  // namespace platen::worker
