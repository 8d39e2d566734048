// A page's content stream: the few operators that a report needs (ISO 32000-1, 8 and 9).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "worker/layout/style.hpp"
#include "worker/pdf/font_use.hpp"
#include "worker/pdf/syntax.hpp"

namespace platen::worker::pdf {

/// Writes operators. Coordinates are the report's: points from the upper left corner, y downwards; PDF's own count from
/// below. State that does not change is not written again. A value. Threads: one.
class Content {
 public:
  explicit Content(double page_height_pt) : height_(page_height_pt) {}

  /// Empty again, for the next page; keeps its memory.
  void clear();
  [[nodiscard]] double height() const noexcept { return height_; }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

  void colour(const Rgb& colour);
  void rectangle(double x, double y, double width, double height);
  /// Fills the rectangles since the last fill.
  void fill() { bytes_ += "f\n"; }

  void font(std::string_view resource, double size);
  /// Where the next text begins, its baseline at y.
  void move_to(double x, double y);
  /// Text that takes its place and can be copied, but leaves no mark.
  void invisible(bool is_invisible) { bytes_ += is_invisible ? "3 Tr\n" : "0 Tr\n"; }
  /// Text that many times as wide as it is.
  void stretch(double times);
  /// Text lifted above its line, in points.
  void rise(double rise);
  /// Text by one-byte codes: begin, any of code, end.
  void begin_codes() { bytes_ += '('; }
  void code(std::uint8_t code) {
    if (code == '(' || code == ')' || code == '\\') bytes_ += '\\';
    bytes_ += static_cast<char>(code);
  }
  void end_codes() { bytes_ += ")Tj\n"; }
  /// Text by glyph numbers: begin, any of glyph and shift (thousandths of the size, to the right), end.
  void begin_glyphs();
  void glyph(GlyphId glyph);
  void shift(double thousandths);
  void end_glyphs();
  /// What is shown up to `end_marked` reads as this text.
  void begin_actual_text(std::string_view utf8);
  /// A structure element's contents; `id` is unique on the page.
  void begin_marked(std::string_view tag, std::uint32_t id);
  /// What is no part of the document's text: rules, page numbers.
  void begin_artifact() { bytes_ += "/Artifact BMC\n"; }
  void end_marked() { bytes_ += "EMC\n"; }

  /// Draws a form with its origin at (x, y), scaled.
  void form(std::string_view resource, double x, double y, double scale_x, double scale_y);

 private:
  double height_;
  std::string bytes_;
  std::string font_;
  double size_ = 0;
  std::int64_t x_ = 0;  ///< where the text's line begins, in hundredths, so that rounding does not add up
  std::int64_t y_ = 0;
  Rgb colour_{-1, -1, -1};
  bool in_hex_ = false;
};

}  // namespace platen::worker::pdf
