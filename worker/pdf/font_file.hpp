// A font as it is installed: its glyphs, their widths, and what is needed to embed it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"

struct hb_face_t;
struct hb_font_t;

namespace platen::worker::pdf {

using GlyphId = std::uint32_t;

/// Owns: the mapped file, as HarfBuzz's face. Immutable: threads may share it. Units: thousandths of the font's size
/// (PDF's glyph space).
class FontFile {
 public:
  /// How its outlines are kept, which decides how PDF embeds them.
  enum class Outlines {
    truetype,
    cff,        ///< glyphs by number
    cff_by_id,  ///< CID-keyed, as the large fonts of East Asia are. Its ids are taken to be its glyph numbers
    none        ///< bitmaps, colours or variations: it cannot be embedded, only drawn
  };

  /// `face` numbers the fonts of a collection, from 0. `internal` when the file is no font.
  [[nodiscard]] static Result<std::unique_ptr<FontFile>> open(const std::string& path, unsigned face);

  /// Takes the face; `key` tells the file from all others. See `open`.
  FontFile(hb_face_t* face, const std::string& key);

  /// What pages call it: made of path and face, so that it is the same in every thread and every run.
  [[nodiscard]] const std::string& resource() const noexcept { return resource_; }
  /// The same font by Windows-1252 codes, one byte each; only for `Outlines::truetype`.
  [[nodiscard]] const std::string& latin_resource() const noexcept { return latin_resource_; }
  [[nodiscard]] const std::string& postscript_name() const noexcept { return postscript_name_; }
  [[nodiscard]] Outlines outlines() const noexcept { return outlines_; }

  /// 0: the font has none.
  [[nodiscard]] GlyphId glyph(char32_t code_point) const noexcept;
  [[nodiscard]] std::size_t glyph_count() const noexcept { return advances_.size(); }
  [[nodiscard]] float advance(GlyphId glyph) const noexcept { return glyph < advances_.size() ? advances_[glyph] : 0; }
  /// The least code point that the font shows with this glyph; 0: none. What a reader copies where nothing else is
  /// said.
  [[nodiscard]] char32_t text_of(GlyphId glyph) const noexcept { return glyph < texts_.size() ? texts_[glyph] : 0; }

  /// In units of the font's own, of which `units_per_em` are its size.
  [[nodiscard]] hb_font_t* font() const noexcept { return font_.get(); }
  [[nodiscard]] hb_face_t* face() const noexcept { return face_.get(); }

 private:
  struct Destroy {
    void operator()(hb_face_t* face) const noexcept;
    void operator()(hb_font_t* font) const noexcept;
  };
  void read_glyphs();

  std::unique_ptr<hb_face_t, Destroy> face_;
  std::unique_ptr<hb_font_t, Destroy> font_;
  std::string resource_;
  std::string latin_resource_;
  std::string postscript_name_;
  Outlines outlines_ = Outlines::none;
  std::vector<float> advances_;
  std::vector<char32_t> texts_;
};

/// The code point of a Windows-1252 code; 0: none.
[[nodiscard]] char32_t latin_code_point(std::uint8_t code) noexcept;
/// The Windows-1252 code of a code point; 0: none.
[[nodiscard]] std::uint8_t latin_code(char32_t code_point) noexcept;

}  // namespace platen::worker::pdf
