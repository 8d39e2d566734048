// Text within figures, in any script (Pango).
#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/owned.hpp"
#include "worker/figures/text_fit.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

/// One line of text at a time, in one family; letters that it lacks come from others. It stays text in the PDF.
/// Owns: Pango's font map and a layout, so it is worth keeping. Threads: one. Units: points.
class FigureText {
 public:
  FigureText();

  void use_family(std::string family) { family_ = std::move(family); }
  [[nodiscard]] double width(std::string_view text, double size_pt, TextWeight weight);
  /// Draws with the context's colour, its baseline beginning at the context's origin and along its x axis.
  /// Answers how many of its characters no font has.
  std::uint64_t draw(cairo_t* context, std::string_view text, double size_pt, TextWeight weight);

 private:
  using FontMapHandle = Owned<PangoFontMap, g_object_unref>;
  using TextContext = Owned<PangoContext, g_object_unref>;
  using LayoutHandle = Owned<PangoLayout, g_object_unref>;

  void set(std::string_view text, double size_pt, TextWeight weight);

  FontMapHandle fonts_;
  TextContext context_;
  LayoutHandle layout_;
  std::string family_ = "DejaVu Sans";
};

}  // namespace platen::worker
