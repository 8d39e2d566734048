#include "worker/pdf/font_file.hpp"

#include <fmt/format.h>
#include <hb-ot.h>
#include <hb.h>

#include <array>
#include <span>
#include <utility>

namespace platen::worker::pdf {

namespace {

using Blob = std::unique_ptr<hb_blob_t, decltype(&hb_blob_destroy)>;
using Set = std::unique_ptr<hb_set_t, decltype(&hb_set_destroy)>;

/// FNV-1a, 64 bits.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

bool has_table(hb_face_t* face, hb_tag_t tag) {
  const Blob table(hb_face_reference_table(face, tag), hb_blob_destroy);
  return hb_blob_get_length(table.get()) > 0;
}

/// Whether a CFF table's first top dictionary begins with the operator ROS, which is what makes it CID-keyed
/// (Adobe Technical Note 5176, section 9).
bool is_keyed_by_id(std::span<const unsigned char> table) {
  const auto at = [&](std::size_t i) -> unsigned { return i < table.size() ? table[i] : 0; };
  const auto after_index = [&](std::size_t i) {
    const std::size_t count = at(i) << 8 | at(i + 1);
    if (count == 0) return i + 2;
    const std::size_t width = at(i + 2);
    std::size_t end = 0;
    for (std::size_t k = 0; k < width; ++k) end = end << 8 | at(i + 3 + count * width + k);
    return i + 3 + (count + 1) * width + end - 1;
  };
  const std::size_t top = after_index(at(2));  // past the names
  std::size_t i = top + 3 + (((at(top) << 8 | at(top + 1)) + 1U) * at(top + 2));
  while (i < table.size() && table[i] >= 28) {  // the operands
    const unsigned first = table[i];
    i += first == 28 ? 3 : first == 29 ? 5 : first >= 247 && first <= 254 ? 2 : 1;
    if (first == 30)
      while (i < table.size() && (table[i++] & 0xFU) != 0xFU) {
      }
  }
  constexpr unsigned escape = 12;
  constexpr unsigned ros = 30;
  return at(i) == escape && at(i + 1) == ros;
}

FontFile::Outlines outlines_of(hb_face_t* face) {
  // A variable font would have to be made an instance of first.
  if (hb_ot_var_has_data(face) || hb_ot_color_has_png(face) || hb_ot_color_has_layers(face))
    return FontFile::Outlines::none;
  if (has_table(face, HB_TAG('g', 'l', 'y', 'f'))) return FontFile::Outlines::truetype;
  const Blob cff(hb_face_reference_table(face, HB_TAG('C', 'F', 'F', ' ')), hb_blob_destroy);
  unsigned length = 0;
  const auto* const data =
      static_cast<const unsigned char*>(static_cast<const void*>(hb_blob_get_data(cff.get(), &length)));
  if (length == 0) return FontFile::Outlines::none;
  return is_keyed_by_id({data, length}) ? FontFile::Outlines::cff_by_id : FontFile::Outlines::cff;
}

std::string postscript_name_of(hb_face_t* face) {
  std::array<char, 128> name{};
  auto size = static_cast<unsigned>(name.size());
  hb_ot_name_get_utf8(face, HB_OT_NAME_ID_POSTSCRIPT_NAME, HB_LANGUAGE_INVALID, &size, name.data());
  return name[0] == '\0' ? "Font" : name.data();
}

/// Windows-1252's codes 80 to 9F; 0 where it has none.
constexpr std::array<char16_t, 32> latin_extras{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

}  // namespace

char32_t latin_code_point(std::uint8_t code) noexcept {
  if (code < 0x20 || code == 0x7F) return 0;
  if (code >= 0x80 && code < 0xA0) return latin_extras[code - 0x80U];
  return code;
}

std::uint8_t latin_code(char32_t code_point) noexcept {
  if (code_point >= 0x20 && code_point < 0x7F) return static_cast<std::uint8_t>(code_point);
  // Readers take A0 and AD for a plain space and hyphen: those two go the other way.
  if (code_point > 0xA0 && code_point <= 0xFF && code_point != 0xAD) return static_cast<std::uint8_t>(code_point);
  for (std::size_t i = 0; i < latin_extras.size(); ++i)
    if (latin_extras[i] != 0 && latin_extras[i] == code_point) return static_cast<std::uint8_t>(0x80 + i);
  return 0;
}

void FontFile::Destroy::operator()(hb_face_t* face) const noexcept { hb_face_destroy(face); }
void FontFile::Destroy::operator()(hb_font_t* font) const noexcept { hb_font_destroy(font); }

Result<std::unique_ptr<FontFile>> FontFile::open(const std::string& path, unsigned face) {
  const Blob blob(hb_blob_create_from_file(path.c_str()), hb_blob_destroy);
  hb_face_t* const opened = hb_face_create(blob.get(), face);
  auto file = std::make_unique<FontFile>(opened, fmt::format("{}#{}", path, face));
  if (file->advances_.empty()) return fail(Errc::internal, "the font " + path + " cannot be read");
  return file;
}

FontFile::FontFile(hb_face_t* face, const std::string& key)
    : face_(face),
      font_(hb_font_create(face)),
      resource_(fmt::format("F{:x}", hash_of(key))),
      latin_resource_(resource_ + "L"),
      postscript_name_(postscript_name_of(face)),
      outlines_(outlines_of(face)) {
  hb_face_make_immutable(face);
  hb_font_make_immutable(font_.get());
  read_glyphs();
}

void FontFile::read_glyphs() {
  const float scale = 1000.0F / static_cast<float>(hb_face_get_upem(face_.get()));
  const unsigned count = hb_face_get_glyph_count(face_.get());
  advances_.reserve(count);
  for (GlyphId glyph = 0; glyph < count; ++glyph)
    advances_.push_back(static_cast<float>(hb_font_get_glyph_h_advance(font_.get(), glyph)) * scale);
  texts_.assign(count, 0);
  const Set covered(hb_set_create(), hb_set_destroy);
  hb_face_collect_unicodes(face_.get(), covered.get());
  hb_codepoint_t code_point = HB_SET_VALUE_INVALID;
  while (hb_set_next(covered.get(), &code_point)) {
    hb_codepoint_t glyph = 0;
    if (hb_font_get_nominal_glyph(font_.get(), code_point, &glyph) && glyph < count && texts_[glyph] == 0)
      texts_[glyph] = code_point;
  }
}

GlyphId FontFile::glyph(char32_t code_point) const noexcept {
  hb_codepoint_t glyph = 0;
  return hb_font_get_nominal_glyph(font_.get(), code_point, &glyph) ? glyph : 0;
}

}  // namespace platen::worker::pdf
