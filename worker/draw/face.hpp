// A font of a report, with what the fast tier of text needs to know of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "worker/draw/handles.hpp"
#include "worker/pdf/font_file.hpp"
#include "worker/pdf/syntax.hpp"

namespace platen::worker {

using pdf::next_code_point;

enum class Weight { regular, bold };
enum class Slant { upright, italic };

/// A font in any size.
///
/// The *fast tier* is text that needs no shaping: Latin, Greek, Cyrillic, punctuation and symbols that the font itself
/// covers, without combining marks. Each such code point has one glyph and one advance, kept here; they are set one
/// after the other, without kerning. A code point whose glyph another, smaller one shares is left to the other tier:
/// its text would be copied out of the PDF as that other one. A line break and a no-break space are set as spaces.
/// Immutable: threads may share it. Borrows the font file.
class Typeface {
 public:
  /// Of the fast tier; `glyph` is `none` for what is not.
  struct Glyph {
    static constexpr std::uint16_t none = 0xffff;
    std::uint16_t glyph = none;
    std::uint8_t latin = 0;  ///< its Windows-1252 code; 0: it has none, or the font does not take them
    float advance = 0;       ///< in ems
  };

  Typeface(const pdf::FontFile& file, const std::string& family, Weight weight, Slant slant);

  [[nodiscard]] const Glyph& glyph(char32_t code_point) const noexcept {
    return glyphs_[code_point < fast_limit ? code_point : 0];
  }
  [[nodiscard]] const pdf::FontFile& file() const noexcept { return file_; }
  /// Without a size.
  [[nodiscard]] const PangoFontDescription* description() const noexcept { return description_.get(); }
  /// What stands for text that was left out: `…`, or three points where the font has none.
  [[nodiscard]] std::string_view ellipsis() const noexcept { return ellipsis_; }

 private:
  static constexpr char32_t fast_limit = 0x2600;

  const pdf::FontFile& file_;
  FontDescription description_;
  std::vector<Glyph> glyphs_;  ///< by code point; entry 0 is no glyph
  std::string_view ellipsis_;
};

/// A typeface in one size. A value; borrows the typeface. Units: points, text runs to the right.
struct Face {
  const Typeface* typeface = nullptr;
  double size = 0;

  /// What fitted of a text: all of it, a part, or unknown because it needs the other tier.
  struct Run {
    bool fast = true;
    bool latin = true;  ///< has Windows-1252 codes throughout
    double width = 0;
    std::size_t bytes = 0;  ///< of the text, from its start
  };
  /// As much of `text` as is narrower than `limit_pt`.
  [[nodiscard]] Run measure(std::string_view text, double limit_pt) const noexcept;
  [[nodiscard]] Face in_size(double size_pt) const noexcept { return {typeface, size_pt}; }
};

}  // namespace platen::worker
