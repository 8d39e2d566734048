#include "worker/figures/glyph_figure.hpp"

#include <cairo-ft.h>

#include <cmath>

#include "worker/figures/canvas.hpp"

namespace platen::worker {

namespace {

using ScaledFontHandle = Owned<cairo_scaled_font_t, cairo_scaled_font_destroy>;
using FontOptions = Owned<cairo_font_options_t, cairo_font_options_destroy>;

/// Colour fonts hold pictures of about this size; on paper, an emoji of 12 pt gets 768 dots an inch of it.
constexpr double picture_em_px = 128;
constexpr double margin = 1;  // around the ink, for what smoothing adds; in the unit of the em

/// The same font with an em of so many units. Its size is in its matrix (a description has that of a font's strikes),
/// and so is the slant of a font that has no italics of its own.
ScaledFontHandle font_of_em(PangoFont* font, double em) {
  cairo_scaled_font_t* const given = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font));
  if (given == nullptr) return nullptr;
  cairo_matrix_t matrix;
  cairo_scaled_font_get_font_matrix(given, &matrix);
  const double given_em = std::sqrt(std::abs(matrix.xx * matrix.yy - matrix.xy * matrix.yx));
  if (given_em <= 0) return nullptr;
  const double scale = em / given_em;
  for (double* part : {&matrix.xx, &matrix.xy, &matrix.yx, &matrix.yy}) *part *= scale;
  cairo_matrix_t identity;
  cairo_matrix_init_identity(&identity);
  const FontOptions options(cairo_font_options_create());
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  return ScaledFontHandle(
      cairo_scaled_font_create(cairo_scaled_font_get_font_face(given), &matrix, &identity, options.get()));
}

bool has_colour(cairo_scaled_font_t* font) {
  if (cairo_scaled_font_get_type(font) != CAIRO_FONT_TYPE_FT) return false;
  const FT_Face face = cairo_ft_scaled_font_lock_face(font);
  if (face == nullptr) return false;
  const bool colour = FT_HAS_COLOR(face) != 0;
  cairo_ft_scaled_font_unlock_face(font);
  return colour;
}

/// Where a glyph's ink lies, seen from its origin; y grows downwards. Units: those of the font's em.
struct InkBox {
  double left = 0;
  double top = 0;
  double width = 1;
  double height = 1;
};

InkBox ink_of(cairo_scaled_font_t* font, const cairo_glyph_t& glyph) {
  cairo_text_extents_t extents;
  cairo_scaled_font_glyph_extents(font, &glyph, 1, &extents);
  if (extents.width <= 0 || extents.height <= 0) return {};
  InkBox box;
  box.left = std::floor(extents.x_bearing) - margin;
  box.top = std::floor(extents.y_bearing) - margin;
  box.width = std::ceil(extents.x_bearing + extents.width) + margin - box.left;
  box.height = std::ceil(extents.y_bearing + extents.height) + margin - box.top;
  return box;
}

/// Gives the figure its origin. `scale`: from the box's units to points.
Result<Figure> finished(Canvas& canvas, const InkBox& box, double scale) {
  auto figure = canvas.finish();
  if (!figure) return figure;
  figure->origin_x_pt = -box.left * scale;
  figure->origin_y_pt = (box.top + box.height) * scale;
  return figure;
}

Result<Figure> outline_figure(cairo_scaled_font_t* font, cairo_glyph_t glyph, const Rgb& ink) {
  const InkBox box = ink_of(font, glyph);
  Canvas canvas(box.width, box.height);
  cairo_t* const context = canvas.context();
  cairo_translate(context, -box.left, -box.top);
  cairo_set_scaled_font(context, font);
  cairo_set_source_rgb(context, ink.red, ink.green, ink.blue);
  cairo_glyph_path(context, &glyph, 1);
  cairo_fill(context);
  return finished(canvas, box, 1);
}

/// By way of an image: what Cairo makes of a colour glyph on a PDF differs between its versions.
Result<Figure> picture_figure(cairo_scaled_font_t* font, cairo_glyph_t glyph) {
  const InkBox box = ink_of(font, glyph);
  const SurfaceHandle picture(
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, static_cast<int>(box.width), static_cast<int>(box.height)));
  const CairoHandle painter(cairo_create(picture.get()));
  cairo_translate(painter.get(), -box.left, -box.top);
  cairo_set_scaled_font(painter.get(), font);
  cairo_show_glyphs(painter.get(), &glyph, 1);
  if (cairo_status(painter.get()) != CAIRO_STATUS_SUCCESS)
    return fail(Errc::internal, "A colour glyph could not be drawn.");
  const double scale = glyph_figure_em_pt / picture_em_px;
  Canvas canvas(box.width * scale, box.height * scale);
  cairo_t* const context = canvas.context();
  cairo_scale(context, scale, scale);
  cairo_set_source_surface(context, picture.get(), 0, 0);
  cairo_paint(context);
  return finished(canvas, box, scale);
}

}  // namespace

Result<Figure> glyph_figure(PangoFont* font, std::uint32_t glyph_index, const Rgb& ink) {
  const cairo_glyph_t glyph{glyph_index, 0, 0};
  const ScaledFontHandle outlined = font_of_em(font, glyph_figure_em_pt);
  const ScaledFontHandle pictured = font_of_em(font, picture_em_px);
  for (const auto* made : {&outlined, &pictured})
    if (!*made || cairo_scaled_font_status(made->get()) != CAIRO_STATUS_SUCCESS)
      return fail(Errc::internal, "A font could not be opened to draw one of its glyphs.");
  return has_colour(outlined.get()) ? picture_figure(pictured.get(), glyph)
                                    : outline_figure(outlined.get(), glyph, ink);
}

}  // namespace platen::worker
