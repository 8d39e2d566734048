// Figures put into a hand-made report: other programs find the same drawing in it.
#include "worker/pdf/form_import.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/figures/support.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::test;

namespace {

/// Text in two fonts, a gradient with alpha and a half transparent picture: fonts, patterns, soft masks.
Figure a_drawing() {
  Canvas canvas(200.5, 120);
  cairo_t* context = canvas.context();
  const Owned<cairo_pattern_t, cairo_pattern_destroy> gradient(cairo_pattern_create_linear(0, 0, 200, 120));
  cairo_pattern_add_color_stop_rgba(gradient.get(), 0, 0.9, 0.2, 0.1, 1);
  cairo_pattern_add_color_stop_rgba(gradient.get(), 1, 0.1, 0.2, 0.9, 0.2);
  cairo_set_source(context, gradient.get());
  cairo_rectangle(context, 10, 10, 150, 80);
  cairo_fill(context);
  const SurfaceHandle picture(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 8, 8));
  const CairoHandle painter(cairo_create(picture.get()));
  cairo_set_source_rgba(painter.get(), 0, 0.6, 0.2, 0.5);
  cairo_rectangle(painter.get(), 2, 2, 4, 4);
  cairo_fill(painter.get());
  cairo_set_source_surface(context, picture.get(), 120, 60);
  cairo_paint(context);
  cairo_set_source_rgb(context, 0, 0, 0);
  cairo_set_font_size(context, 14);
  for (const char* family : {"DejaVu Sans", "DejaVu Serif"}) {
    cairo_select_font_face(context, family, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_move_to(context, 20, family[8] == 'a' ? 40 : 70);
    cairo_show_text(context, "Zażółć 12");
  }
  return canvas.finish().value();
}

}  // namespace

TEST_CASE("an imported page looks like the page that it was", "[form]") {
  const Figure figure = a_drawing();
  const TempDir folder;
  const Pictured original = pictured(folder, "original", figure.pdf);
  const Pictured imported = pictured(folder, "imported", report_with(figure));
  CHECK(imported.faults == "");
  CHECK(imported.text == original.text);
  CHECK(imported.text.find("Zażółć 12") != std::string::npos);
  CHECK(imported.pixels.size() > 1000);
  CHECK(imported.pixels == original.pixels);
}

TEST_CASE("an imported form refers to its own objects only, from whichever number they begin", "[form]") {
  const Figure figure = a_drawing();
  const auto low = import_form(figure.pdf, 1);
  const auto high = import_form(figure.pdf, 5000);
  REQUIRE(low);
  REQUIRE(high);
  REQUIRE(low->size() == high->size());
  CHECK(low->size() > 6);
  CHECK(low->front().find("/Subtype /Form") != std::string::npos);
  CHECK(low->front().find("/BBox [0 0 200.5 120]") != std::string::npos);
  CHECK(low->front().find("/Filter /FlateDecode") != std::string::npos);
  for (const auto& [bodies, first] : {std::pair(*low, 1U), std::pair(*high, 5000U)}) {
    std::set<std::uint32_t> named;
    for (const std::string& body : bodies)
      for (const std::uint32_t number : references_in(body)) named.insert(number);
    // Every object but the form is needed by some other, and there are no others.
    CHECK(named.size() == bodies.size() - 1);
    CHECK(*named.begin() == first + 1);
    CHECK(*named.rbegin() == first + bodies.size() - 1);
  }
}

TEST_CASE("the same drawing gives the same bytes", "[form]") {
  const Figure first = a_drawing();
  const Figure second = a_drawing();
  CHECK(first.pdf == second.pdf);
  CHECK(import_form(first.pdf, 7).value() == import_form(second.pdf, 7).value());
}

TEST_CASE("what is no PDF of one page is refused", "[form]") {
  const std::string whole = a_drawing().pdf;
  for (const std::string& bytes : {std::string(), std::string("%PDF-1.5\n"), whole.substr(0, whole.size() / 2)}) {
    const auto refused = import_form(bytes, 1);
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::internal);
  }
}
