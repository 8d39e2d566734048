// A page to draw one figure on.
#pragma once

#include <cairo.h>

#include <string>

#include "base/owned.hpp"
#include "platen/error.hpp"
#include "worker/figures/figure.hpp"

namespace platen::worker {

using CairoHandle = Owned<cairo_t, cairo_destroy>;
using SurfaceHandle = Owned<cairo_surface_t, cairo_surface_destroy>;

/// A page in memory; y grows downwards, as everywhere in Cairo.
/// Owns: surface and context. Threads: one. Units: points.
class Canvas {
 public:
  Canvas(double width_pt, double height_pt);
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  [[nodiscard]] cairo_t* context() const noexcept { return context_.get(); }
  /// Ends the page. Nothing can be drawn after it. Errors: `internal`, whatever Cairo refused.
  [[nodiscard]] Result<Figure> finish();

 private:
  static cairo_status_t take(void* self, const unsigned char* data, unsigned length);

  double width_;
  double height_;
  std::string pdf_;
  SurfaceHandle surface_;
  CairoHandle context_;
};

}  // namespace platen::worker
