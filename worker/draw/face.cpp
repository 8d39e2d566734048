#include "worker/draw/face.hpp"

namespace platen::worker {

namespace {

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

Typeface::Typeface(const pdf::FontFile& file, const std::string& family, Weight weight, Slant slant)
    : file_(file), description_(pango_font_description_new()), glyphs_(fast_limit) {
  pango_font_description_set_family(description_.get(), family.c_str());
  pango_font_description_set_weight(description_.get(),
                                    weight == Weight::bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_style(description_.get(),
                                   slant == Slant::italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  const bool embeds = file.outlines() != pdf::FontFile::Outlines::none;
  const bool takes_latin = file.outlines() == pdf::FontFile::Outlines::truetype;
  for (char32_t c = 0x20; embeds && c < fast_limit; ++c) {
    if (!needs_no_shaping(c)) continue;
    const pdf::GlyphId glyph = file.glyph(c);
    if (glyph == 0) continue;
    const std::uint8_t latin = takes_latin ? pdf::latin_code(c) : std::uint8_t{0};
    if (latin == 0 && file.text_of(glyph) != c) continue;
    glyphs_[c] = {static_cast<std::uint16_t>(glyph), latin, file.advance(glyph) / 1000};
  }
  glyphs_[U'\n'] = glyphs_[U' '];  // on one line
  constexpr char32_t no_break_space = 0xA0;
  glyphs_[no_break_space] = glyphs_[U' '];  // stands in amounts of money; most fonts give both one glyph
  constexpr char32_t narrow_no_break_space = 0x202F;
  if (glyphs_[narrow_no_break_space].glyph == Glyph::none) glyphs_[narrow_no_break_space] = glyphs_[U' '];
  constexpr char32_t ellipsis = 0x2026;
  ellipsis_ = glyphs_[ellipsis].glyph == Glyph::none ? "..." : "\xE2\x80\xA6";
}

Face::Run Face::measure(std::string_view text, double limit_pt) const noexcept {
  Run run;
  const double limit = limit_pt / size;
  double ems = 0;
  while (run.bytes < text.size()) {
    std::size_t after = run.bytes;
    const Typeface::Glyph& next = typeface->glyph(next_code_point(text, after));
    if (next.glyph == Typeface::Glyph::none) return {false, false, 0, 0};
    if (ems + static_cast<double>(next.advance) > limit) break;
    ems += static_cast<double>(next.advance);
    run.latin = run.latin && next.latin != 0;
    run.bytes = after;
  }
  run.width = ems * size;
  return run;
}

}  // namespace platen::worker
