// Owning handles of Cairo, Pango and GLib.
#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>

#include "base/owned.hpp"

namespace platen::worker {

using CairoContext = Owned<cairo_t, cairo_destroy>;
using CairoSurface = Owned<cairo_surface_t, cairo_surface_destroy>;
using ScaledFont = Owned<cairo_scaled_font_t, cairo_scaled_font_destroy>;
using FontDescription = Owned<PangoFontDescription, pango_font_description_free>;
using PangoContextHandle = Owned<PangoContext, g_object_unref>;
using PangoLayoutHandle = Owned<PangoLayout, g_object_unref>;
using FontMap = Owned<PangoFontMap, g_object_unref>;

}  // namespace platen::worker
