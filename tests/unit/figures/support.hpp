// Figures as other programs see them.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "tests/support/temp_dir.hpp"
#include "worker/figures/canvas.hpp"
#include "worker/figures/figure.hpp"

namespace platen::test {

/// The numbers N of all `N 0 R` in an object's body, up to its stream's bytes.
[[nodiscard]] std::set<std::uint32_t> references_in(std::string_view body);

/// A PDF of one page, written by hand, that holds the figure as a form at its natural size.
[[nodiscard]] std::string report_with(const worker::Figure& figure);

/// What is in a PDF.
struct Pictured {
  std::string faults;  ///< what qpdf found wrong
  std::string text;
  std::string pixels;  ///< the page on white as a PPM
  int width = 0;
  int height = 0;

  /// The colour of a place on the page, its sides from 0 to 1; y grows downwards.
  [[nodiscard]] std::array<int, 3> at(double x, double y) const;
};
/// Writes the PDF to `folder`/`name`.pdf and has it read, drawn at so many dots per inch.
[[nodiscard]] Pictured pictured(const TempDir& folder, const std::string& name, std::string_view pdf, int dpi = 72);

}  // namespace platen::test
