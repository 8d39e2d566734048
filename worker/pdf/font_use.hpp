// Which glyphs of which fonts some pages use.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "worker/pdf/font_file.hpp"

namespace platen::worker::pdf {

/// Of one font.
struct GlyphUse {
  std::array<bool, 256> latin{};  ///< by Windows-1252 code
  std::vector<bool> glyphs;       ///< by glyph number, those that were shown by number

  void add(GlyphId glyph) {
    if (glyph >= glyphs.size()) glyphs.resize(glyph + 1U);
    glyphs[glyph] = true;
  }
  void merge(const GlyphUse& other);
  [[nodiscard]] bool uses_latin() const noexcept;
  [[nodiscard]] bool uses_glyphs() const noexcept;
};

/// A value; merging keeps everything. Borrows the fonts.
class FontUse {
 public:
  [[nodiscard]] GlyphUse& of(const FontFile& font) {
    Entry& entry = by_resource_[font.resource()];
    entry.font = &font;
    return entry.use;
  }
  void merge(const FontUse& other);

  struct Entry {
    const FontFile* font = nullptr;
    GlyphUse use;
  };
  /// By resource name, so that their order is the same in every run.
  [[nodiscard]] const std::map<std::string, Entry>& entries() const noexcept { return by_resource_; }

 private:
  std::map<std::string, Entry> by_resource_;
};

}  // namespace platen::worker::pdf
