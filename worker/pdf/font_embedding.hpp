// Fonts within the PDF: the glyphs that are used and no others (ISO 32000-1, 9.6 to 9.10).
#pragma once

#include <string>

#include "platen/error.hpp"
#include "worker/pdf/deflate.hpp"
#include "worker/pdf/font_use.hpp"
#include "worker/pdf/object_writer.hpp"

namespace platen::worker::pdf {

/// Writes a font's objects and appends its entries of the pages' /Font dictionary to `resources`: one by glyph number
/// (Type 0), one by Windows-1252 code where that was used, both over the same subset.
[[nodiscard]] Result<void> embed_font(const FontUse::Entry& entry, ObjectWriter& writer, Deflater& deflater,
                                      std::string& resources);

}  // namespace platen::worker::pdf
