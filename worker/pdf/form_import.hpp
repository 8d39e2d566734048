// A figure's page, made into a form that other pages can draw (ISO 32000-1, 8.10).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"

namespace platen::worker {

/// The place on the figure's page that becomes the form's origin. Points, from the bottom left.
struct FormOrigin {
  double x = 0;
  double y = 0;
};

/// Turns the page of a one-page PDF, as Cairo writes it, into a form XObject whose space is the page's own but for
/// its origin: BBox = MediaBox, points.
///
/// Answers the bodies (what stands between `N 0 obj` and `endobj`) of the form and of every object that it needs, the
/// form first; body i is to have the number `first_object` + i, which is what the references between them say. No
/// reference leads elsewhere. Streams stay compressed as they are; the same page gives the same bytes.
/// Errors: `internal`, for we made the PDF ourselves.
[[nodiscard]] Result<std::vector<std::string>> import_form(std::string_view one_page_pdf, std::uint32_t first_object,
                                                           const FormOrigin& origin = {});

}  // namespace platen::worker
