// One font at one size, with what the fast tier of text needs to know of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "worker/draw/handles.hpp"

namespace platen::worker {

enum class Weight { regular, bold };

/// A font of a family, weight and size.
///
/// The *fast tier* is text that needs no shaping: Latin, Greek, Cyrillic, punctuation and symbols that the font itself
/// covers, without combining marks. Each such code point has one glyph and one advance, kept here; they are set one
/// after the other, without kerning. A code point whose glyph another, smaller one shares is left to the other tier:
/// its text would be copied out of the PDF as that other one. A line break is set as a space.
/// Owns: the Cairo font, the Pango description. Threads: one. Units: points, text runs to the right.
class Face {
 public:
  /// `index` is the font's glyph number, `no_glyph` for what is not of the fast tier.
  struct Glyph {
    std::uint32_t index = 0;
    float advance = 0;
  };
  static constexpr std::uint32_t no_glyph = 0xffffffff;

  /// What fitted of a text: all of it, a part, or unknown because it needs the other tier.
  struct Run {
    bool fast = true;
    double width = 0;
    std::size_t bytes = 0;  ///< of the text, from its start
  };

  Face(const std::string& family, Weight weight, double size_pt);

  /// As much of `text` as is narrower than `limit_pt`.
  [[nodiscard]] Run measure(std::string_view text, double limit_pt);
  /// The same, appending the glyphs from (x, y) on. Where it is not fast, `glyphs` is left as it was.
  [[nodiscard]] Run append(std::string_view text, double limit_pt, double x, double y,
                           std::vector<cairo_glyph_t>& glyphs);
  /// The glyph of a code point; its index is `no_glyph` where the fast tier does not have it.
  [[nodiscard]] const Glyph& glyph(char32_t code_point) {
    const Glyph& known = glyphs_[code_point < fast_limit ? code_point : 0];
    return known.index != unknown ? known : look_up(code_point);
  }
  /// What stands for text that was left out: `…`, or three points where the font has none.
  [[nodiscard]] std::string_view ellipsis() const noexcept { return ellipsis_; }
  [[nodiscard]] double ellipsis_width() const noexcept { return ellipsis_width_; }

  [[nodiscard]] cairo_scaled_font_t* scaled() const noexcept { return font_.get(); }
  [[nodiscard]] const PangoFontDescription* description() const noexcept { return description_.get(); }
  [[nodiscard]] double size() const noexcept { return size_; }

 private:
  static constexpr char32_t fast_limit = 0x2600;
  static constexpr std::uint32_t unknown = 0xfffffffe;

  const Glyph& look_up(char32_t code_point);
  void read_coverage();

  double size_;
  ScaledFont font_;
  FontDescription description_;
  std::vector<std::uint32_t> coverage_;  ///< code point → glyph number; `no_glyph` where another one has it
  std::vector<Glyph> glyphs_;            ///< code point → glyph, filled as they come; entry 0 is no glyph
  std::string_view ellipsis_;
  double ellipsis_width_ = 0;
};

/// Reads one code point of valid UTF-8 at `at`, which it moves on. Stops at the end even in a broken sequence.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& at) noexcept;

}  // namespace platen::worker
