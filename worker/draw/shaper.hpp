// The other tier of text: everything that has to be shaped, reordered or looked for in other fonts (Pango).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "worker/draw/face.hpp"
#include "worker/draw/font_library.hpp"
#include "worker/draw/handles.hpp"

namespace platen::worker {

/// Which way a text's paragraph runs; `by_text` takes it from its first letter (UAX 9, P2).
enum class TextDirection { by_text, left_to_right, right_to_left };

/// The room that a text has. More text than that ends in an ellipsis.
struct TextBox {
  double width = 0;
  std::size_t max_lines = 1;
  double line_height = 0;  ///< from baseline to baseline
  TextDirection direction = TextDirection::by_text;
};

/// One glyph of a shaped line. Units: points.
struct PlacedGlyph {
  pdf::GlyphId glyph = 0;
  float x = 0;     ///< from the line's left edge
  float rise = 0;  ///< above the baseline
};

/// Glyphs that show some characters together. In the order in which they stand, from the left.
struct Cluster {
  const pdf::FontFile* font = nullptr;
  std::uint32_t first_glyph = 0;
  std::uint32_t glyphs = 0;
  std::uint32_t text = 0;  ///< where its characters begin in the line's text
  std::uint32_t text_bytes = 0;
  bool is_missing = false;  ///< no font has it: the glyph is the box of the face that was asked for
};

/// A part of a line that leads somewhere; x from the line's left edge.
struct LinkSpan {
  std::string uri;
  double x = 0;
  double width = 0;
};

/// One line, ready to draw; needs no Pango any more. Borrows the fonts. Units: points.
struct ShapedLine {
  std::string text;
  std::vector<PlacedGlyph> glyphs;
  std::vector<Cluster> clusters;
  std::vector<LinkSpan> links;
  const pdf::FontFile* stand_in = nullptr;  ///< carries the text of glyphs that are drawn as pictures
  double size = 0;
  double width = 0;
  TextDirection direction = TextDirection::left_to_right;  ///< of its paragraph; never `by_text`
  bool begins_paragraph = true;
};

/// A part of a paragraph with a look of its own, in bytes of its text.
struct TextSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool bold = false;
  bool italic = false;
  std::string link;
};

/// Sets text with bidirectional order (Unicode's UAX 9), fallback fonts and joined letters.
/// Owns: Pango's font map and one layout. Borrows the library. Threads: one. Units: points.
class Shaper {
 public:
  explicit Shaper(FontLibrary& library);

  /// Whether fontconfig has a family of this name; letters' case does not count.
  [[nodiscard]] bool has_family(std::string_view family);
  /// The font file that fontconfig has for a family; nullptr where it cannot be read.
  [[nodiscard]] const pdf::FontFile* find_file(const std::string& family, Weight weight, Slant slant);
  /// The font of that file that was used last; nullptr: none was.
  [[nodiscard]] PangoFont* font_of(const pdf::FontFile& file) const;
  /// The width of the text on one line, without a limit.
  [[nodiscard]] double width(std::string_view text, const Face& face);
  /// How many lines the text takes in the box, at least 1.
  [[nodiscard]] std::size_t count_lines(std::string_view text, const Face& face, const TextBox& box);
  /// A cell's text as it stands in the box; valid until the next call of it. What columns repeat (names, cities) is
  /// shaped once.
  [[nodiscard]] const std::vector<ShapedLine>& shape_cell(std::string_view text, const Face& face, const TextBox& box);
  /// Before typefaces go away.
  void forget_cells() { cells_.clear(); }
  /// The text as it stands in the box; at least one line, which may be empty.
  [[nodiscard]] std::vector<ShapedLine> shape(std::string_view text, const Face& face, const TextBox& box,
                                              std::span<const TextSpan> spans = {});

 private:
  void set(std::string_view text, const Face& face, const TextBox& box);
  void set_spans(std::span<const TextSpan> spans);
  [[nodiscard]] ShapedLine shaped(PangoLayoutLine* line, const Face& face, std::span<const TextSpan> spans);
  void add_run(ShapedLine& shaped, const PangoGlyphItem& run, const Face& face, double& x);
  [[nodiscard]] const pdf::FontFile* file_of(PangoFont* font);

  FontLibrary& library_;
  FontMap fonts_;
  PangoContextHandle context_;
  PangoLayoutHandle layout_;
  std::uint32_t line_offset_ = 0;  ///< of the line that is being shaped, in `flat_`
  std::string flat_;               ///< the text that the layout holds: as given, but for line breaks on a single line
  struct KnownFont {
    PangoFontHandle keep;  ///< so that no other font gets its address
    const pdf::FontFile* file = nullptr;
  };
  std::map<const PangoFont*, KnownFont> known_;

  struct CellKey {
    std::string text;
    const Typeface* typeface;
    double size;
    double width;
    std::size_t max_lines;
    TextDirection direction;
    friend auto operator<=>(const CellKey&, const CellKey&) = default;
  };
  std::map<CellKey, std::vector<ShapedLine>> cells_;
  std::vector<ShapedLine> long_cell_;  ///< the last one that was too long to keep
};

}  // namespace platen::worker
