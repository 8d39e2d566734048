// The other tier of text: everything that has to be shaped, reordered or looked for in other fonts (Pango).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "worker/draw/face.hpp"
#include "worker/draw/handles.hpp"

namespace platen::worker {

/// Which way a text's paragraph runs; `by_text` takes it from its first letter (UAX 9, P2).
enum class Direction { by_text, left_to_right, right_to_left };

/// The room that a text has. More text than that ends in an ellipsis.
struct TextBox {
  double width = 0;
  std::size_t max_lines = 1;
  double line_height = 0;  ///< from baseline to baseline
  Direction direction = Direction::by_text;
};

/// How the lines of a text stand in their box.
enum class Stand { left, center, right };

/// Sets text with bidirectional order (Unicode's UAX 9), fallback fonts and joined letters.
/// Owns: Pango's font map and one layout. Threads: one. Units: points.
class Shaper {
 public:
  Shaper();

  /// Whether fontconfig has a family of this name; letters' case does not count.
  [[nodiscard]] bool has_family(std::string_view family);
  /// The width of the text on one line, without a limit.
  [[nodiscard]] double width(std::string_view text, const Face& face);
  /// How many lines the text takes in the box, at least 1.
  [[nodiscard]] std::size_t lines(std::string_view text, const Face& face, const TextBox& box);
  /// The direction of a paragraph by its first letter.
  [[nodiscard]] Direction direction_of(std::string_view paragraph, const Face& face);
  /// The paragraph cut into lines of at most `width_pt`.
  void break_lines(std::string_view paragraph, const Face& face, double width_pt, std::vector<std::string_view>& lines);
  /// Draws with the context's colour, the first line's baseline at y. Adds the characters that no font has, and
  /// that are drawn as boxes, to `missing`.
  void draw(cairo_t* context, std::string_view text, const Face& face, const TextBox& box, Stand stand, double x,
            double y, std::uint64_t& missing);

 private:
  void set(std::string_view text, const Face& face, const TextBox& box);

  FontMap fonts_;
  PangoContextHandle context_;
  PangoLayoutHandle layout_;
  std::string flat_;  ///< a text with its line breaks as spaces
};

}  // namespace platen::worker
