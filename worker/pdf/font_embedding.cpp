#include "worker/pdf/font_embedding.hpp"

#include <fmt/format.h>
#include <hb-ot.h>
#include <hb-subset.h>
#include <hb.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

namespace platen::worker::pdf {

namespace {

using Blob = std::unique_ptr<hb_blob_t, decltype(&hb_blob_destroy)>;
using Face = std::unique_ptr<hb_face_t, decltype(&hb_face_destroy)>;
using Input = std::unique_ptr<hb_subset_input_t, decltype(&hb_subset_input_destroy)>;

constexpr std::uint8_t first_latin = 0x20;

/// All glyphs that are used, by either way of naming them.
std::vector<GlyphId> glyphs_of(const FontFile& font, const GlyphUse& use) {
  std::vector<bool> used = use.glyphs;
  used.resize(font.glyph_count());
  used[0] = true;
  for (unsigned code = first_latin; code < 256; ++code)
    if (use.latin[code]) used[font.glyph(latin_code_point(static_cast<std::uint8_t>(code)))] = true;
  std::vector<GlyphId> glyphs;
  for (GlyphId glyph = 0; glyph < used.size(); ++glyph)
    if (used[glyph]) glyphs.push_back(glyph);
  return glyphs;
}

/// The font file with nothing but these glyphs and what the Latin codes need to find theirs.
Result<std::string> subset(const FontFile& font, const GlyphUse& use, const std::vector<GlyphId>& glyphs) {
  const Input input(hb_subset_input_create_or_fail(), hb_subset_input_destroy);
  unsigned flags = HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_NOTDEF_OUTLINE;
  // Pages name glyphs by their number in the whole font; in a CID-keyed one those are ids, which are kept anyway.
  if (font.outlines() != FontFile::Outlines::cff_by_id) flags |= HB_SUBSET_FLAGS_RETAIN_GIDS;
  hb_subset_input_set_flags(input.get(), flags);
  for (const GlyphId glyph : glyphs) hb_set_add(hb_subset_input_glyph_set(input.get()), glyph);
  for (unsigned code = first_latin; code < 256; ++code)
    if (use.latin[code])
      hb_set_add(hb_subset_input_unicode_set(input.get()), latin_code_point(static_cast<std::uint8_t>(code)));
  hb_set_t* const dropped = hb_subset_input_set(input.get(), HB_SUBSET_SETS_DROP_TABLE_TAG);
  for (const char* const tag : {"GSUB", "GPOS", "GDEF", "name", "BASE", "VORG", "vhea", "vmtx", "kern", "DSIG", "FFTM"})
    hb_set_add(dropped, hb_tag_from_string(tag, -1));
  const Face face(hb_subset_or_fail(font.face(), input.get()), hb_face_destroy);
  if (!face) return fail(Errc::internal, "the font " + font.postscript_name() + " cannot be embedded");
  const bool whole = font.outlines() == FontFile::Outlines::truetype;
  const Blob bytes(
      whole ? hb_face_reference_blob(face.get()) : hb_face_reference_table(face.get(), HB_TAG('C', 'F', 'F', ' ')),
      hb_blob_destroy);
  unsigned length = 0;
  const char* const data = hb_blob_get_data(bytes.get(), &length);
  return std::string(data, length);
}

/// `ABCDEF+Name`: the tag tells subsets of one font apart (9.6.4).
std::string tagged_name(const FontFile& font, const std::vector<GlyphId>& glyphs) {
  std::uint32_t hash = 2166136261U;
  for (const GlyphId glyph : glyphs) hash = (hash ^ glyph) * 16777619U;
  std::string name;
  for (int i = 0; i < 6; ++i, hash /= 26) name += static_cast<char>('A' + hash % 26);
  name += '+';
  name += font.postscript_name();
  return name;
}

/// One font being written.
class Embedding {
 public:
  Embedding(const FontUse::Entry& entry, ObjectWriter& writer, Deflater& deflater)
      : font_(*entry.font),
        use_(entry.use),
        glyphs_(glyphs_of(font_, use_)),
        writer_(writer),
        deflater_(deflater),
        descriptor_(writer.reserve()) {
    append_name(name_, tagged_name(font_, glyphs_));
  }

  Result<void> write_program() {
    auto bytes = subset(font_, use_, glyphs_);
    if (!bytes) return fail(std::move(bytes).error());
    const bool truetype = font_.outlines() == FontFile::Outlines::truetype;
    const ObjectNumber program = writer_.reserve();
    if (auto written = write_descriptor(program, truetype ? "FontFile2" : "FontFile3"); !written) return written;
    return write_compressed(program, truetype ? fmt::format("/Length1 {}", bytes->size()) : "/Subtype/CIDFontType0C",
                            *bytes);
  }

  /// By glyph number.
  Result<ObjectNumber> write_composite() {
    const ObjectNumber composite = writer_.reserve();
    const ObjectNumber descendant = writer_.reserve();
    const ObjectNumber texts = writer_.reserve();
    const bool truetype = font_.outlines() == FontFile::Outlines::truetype;
    const std::string body = fmt::format(
        "<</Type/Font/Subtype/{}/BaseFont{}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        "/FontDescriptor {} 0 R/DW 0{}/W[{}]>>",
        truetype ? "CIDFontType2" : "CIDFontType0", name_, descriptor_, truetype ? "/CIDToGIDMap/Identity" : "",
        widths());
    if (auto written = writer_.write(descendant, body); !written) return fail(std::move(written).error());
    if (auto written = write_compressed(texts, "", text_map()); !written) return fail(std::move(written).error());
    auto written = writer_.write(
        composite, fmt::format("<</Type/Font/Subtype/Type0/BaseFont{}/Encoding/Identity-H/DescendantFonts[{} 0 R]"
                               "/ToUnicode {} 0 R>>",
                               name_, descendant, texts));
    if (!written) return fail(std::move(written).error());
    return composite;
  }

  /// By Windows-1252 code.
  Result<ObjectNumber> write_latin() {
    const ObjectNumber latin = writer_.reserve();
    std::string list;
    for (unsigned code = first_latin; code < 256; ++code) {
      const char32_t c = use_.latin[code] ? latin_code_point(static_cast<std::uint8_t>(code)) : 0;
      append_number(list, c != 0 ? static_cast<double>(font_.advance(font_.glyph(c))) : 0);
      list += ' ';
    }
    auto written =
        writer_.write(latin, fmt::format("<</Type/Font/Subtype/TrueType/BaseFont{}/FirstChar {}/LastChar 255/Widths[{}]"
                                         "/Encoding/WinAnsiEncoding/FontDescriptor {} 0 R>>",
                                         name_, first_latin, list, descriptor_));
    if (!written) return fail(std::move(written).error());
    return latin;
  }

 private:
  Result<void> write_compressed(ObjectNumber number, std::string entries, std::string_view bytes) {
    std::string compressed;
    deflater_.compress(bytes, compressed);
    entries += "/Filter/FlateDecode";
    return writer_.write_stream(number, entries, compressed);
  }

  Result<void> write_descriptor(ObjectNumber program, std::string_view kind) {
    const double scale = 1000.0 / hb_face_get_upem(font_.face());
    hb_font_extents_t extents{};
    hb_font_get_h_extents(font_.font(), &extents);
    hb_position_t capitals = 0;
    if (!hb_ot_metrics_get_position(font_.font(), HB_OT_METRICS_TAG_CAP_HEIGHT, &capitals)) capitals = extents.ascender;
    const auto scaled = [&](double units) { return static_cast<int>(units * scale); };
    constexpr int nonsymbolic = 32;  // without it readers pass over /Encoding
    constexpr int usual_stem = 80;
    return writer_.write(
        descriptor_,
        fmt::format("<</Type/FontDescriptor/FontName{}/Flags {}/FontBBox[-1000 {} 2000 {}]/ItalicAngle 0/Ascent {}"
                    "/Descent {}/CapHeight {}/StemV {}/{} {} 0 R>>",
                    name_, nonsymbolic, scaled(extents.descender), scaled(extents.ascender), scaled(extents.ascender),
                    scaled(extents.descender), scaled(capitals), usual_stem, kind, program));
  }

  /// Runs of neighbours: `36 [684 686] 40 [632]`.
  std::string widths() const {
    std::string list;
    for (std::size_t i = 0; i < glyphs_.size(); ++i) {
      const bool goes_on = i > 0 && glyphs_[i] == glyphs_[i - 1] + 1;
      if (!goes_on) {
        if (i > 0) list += ']';
        append_integer(list, glyphs_[i]);
        list += '[';
      } else {
        list += ' ';
      }
      append_number(list, static_cast<double>(font_.advance(glyphs_[i])));
    }
    list += ']';
    return list;
  }

  /// From glyph numbers back to text (9.10.3; Adobe Technical Note 5411).
  std::string text_map() const {
    std::string map =
        "/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapType 2 def\n"
        "/CMapName/Platen-Text def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n";
    std::vector<GlyphId> named;
    std::copy_if(glyphs_.begin(), glyphs_.end(), std::back_inserter(named),
                 [&](GlyphId glyph) { return font_.text_of(glyph) != 0; });
    constexpr std::size_t most_a_block = 100;
    for (std::size_t i = 0; i < named.size(); i += most_a_block) {
      const std::size_t end = std::min(named.size(), i + most_a_block);
      fmt::format_to(std::back_inserter(map), "{} beginbfchar\n", end - i);
      for (std::size_t k = i; k < end; ++k) {
        fmt::format_to(std::back_inserter(map), "<{:04X}><", named[k]);
        append_utf16_hex(map, font_.text_of(named[k]));
        map += ">\n";
      }
      map += "endbfchar\n";
    }
    map += "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n";
    return map;
  }

  const FontFile& font_;
  const GlyphUse& use_;
  std::vector<GlyphId> glyphs_;
  ObjectWriter& writer_;
  Deflater& deflater_;
  ObjectNumber descriptor_;
  std::string name_;  ///< as a PDF name, slash included
};

}  // namespace

Result<void> embed_font(const FontUse::Entry& entry, ObjectWriter& writer, Deflater& deflater, std::string& resources) {
  Embedding embedding(entry, writer, deflater);
  if (auto written = embedding.write_program(); !written) return written;
  const auto add = [&](const std::string& resource, ObjectNumber object) {
    append_name(resources, resource);
    resources += ' ';
    append_reference(resources, object);
  };
  if (entry.use.uses_glyphs()) {
    const auto composite = embedding.write_composite();
    if (!composite) return fail(composite.error());
    add(entry.font->resource(), *composite);
  }
  if (entry.use.uses_latin()) {
    const auto latin = embedding.write_latin();
    if (!latin) return fail(latin.error());
    add(entry.font->latin_resource(), *latin);
  }
  return {};
}

}  // namespace platen::worker::pdf
