// The fonts of a process, opened once and kept warm from report to report.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "platen/error.hpp"
#include "worker/draw/face.hpp"
#include "worker/draw/font_library.hpp"
#include "worker/draw/shaper.hpp"
#include "worker/figures/figure_text.hpp"

namespace platen::worker {

/// A family's faces. All are there; where a family lacks one, fontconfig's nearest.
struct Typefaces {
  const Typeface* regular = nullptr;
  const Typeface* bold = nullptr;
};

/// Owns: the font files, every Typeface and the shapers. Threads: one, but for what it hands out.
class Fonts {
 public:
  /// The typefaces of an installed family; `invalid_report` naming the family and the default one where fontconfig
  /// does not have it. They stay until `trim`.
  [[nodiscard]] Result<Typefaces> family(const std::string& name);
  /// The shaper of a thread, numbered from 0; each belongs to that thread alone while it is used.
  [[nodiscard]] Shaper& shaper(unsigned thread = 0);
  /// Makes the shapers of so many threads, so that `shaper` makes none later.
  void prepare(unsigned threads);
  /// The font of a file whose glyphs some shaper has set; nullptr where none has. Only while no other thread draws.
  [[nodiscard]] PangoFont* pango_font(const pdf::FontFile& file) const;
  /// For the texts of charts; the caller's thread's.
  [[nodiscard]] FigureText& figure_text();
  /// Between reports: lets go of all typefaces once there are more than a few reports' worth.
  void trim();

 private:
  [[nodiscard]] const Typeface* typeface(const std::string& family, Weight weight);

  FontLibrary library_;
  std::vector<std::unique_ptr<Shaper>> shapers_;
  std::unique_ptr<FigureText> figure_text_;
  std::map<std::pair<std::string, Weight>, Typeface> typefaces_;
};

}  // namespace platen::worker
