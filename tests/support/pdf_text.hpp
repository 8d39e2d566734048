// The text of a page as its content stream has it, without anybody's guess at the order of reading.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/pdf_file.hpp"

namespace platen::test {

/// What one operator shows, or all that stands under one ActualText; in the order of the stream.
struct ShownText {
  std::string text;              ///< UTF-8: by ActualText, else by the font's ToUnicode or Windows-1252
  std::string tag;               ///< of the marked content that it is in, `Artifact` too; empty: none
  std::int64_t content_id = -1;  ///< its MCID
  bool is_replaced = false;      ///< an ActualText says what it is
  friend bool operator==(const ShownText&, const ShownText&) = default;
};

/// Throws std::runtime_error where operators or marks do not pair, or a glyph has no text.
[[nodiscard]] std::vector<ShownText> text_shown(const PdfFile& file, std::size_t page);
/// All of it, one piece after the other.
[[nodiscard]] std::string stream_text(const PdfFile& file, std::size_t page);
/// Painting operators of the page (text, paths, forms) that stand outside of all marked content.
[[nodiscard]] std::vector<std::string> unmarked(const PdfFile& file, std::size_t page);

}  // namespace platen::test
