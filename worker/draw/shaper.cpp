#include "worker/draw/shaper.hpp"

#include <fontconfig/fontconfig.h>
#include <pango/pangofc-font.h>

#include <algorithm>

namespace platen::worker {

namespace {

constexpr double points = 1.0 / PANGO_SCALE;
/// Pango's time grows with the text, however little of it is shown: no line of a page has more characters.
constexpr std::size_t most_bytes_a_line = 4000;
constexpr std::size_t most_bytes = 64 * 1024;
/// Of cells that are kept once they were shaped: about 2 MB.
constexpr std::size_t most_kept_cells = 2000;
constexpr std::size_t most_kept_bytes = 200;

/// The text's first bytes, cut between two characters.
std::string_view first_bytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0u) == 0x80) --bytes;
  return text.substr(0, bytes);
}

/// The bytes of a run's text that the glyphs from `i` on show, up to the next cluster's.
std::pair<int, int> cluster_text(const PangoGlyphItem& run, int i) {
  const PangoGlyphString& string = *run.glyphs;
  const int begin = string.log_clusters[i];
  int end = run.item->length;
  for (int k = 0; k < string.num_glyphs; ++k)
    if (string.log_clusters[k] > begin) end = std::min(end, string.log_clusters[k]);
  return {begin, end};
}

/// Whether the last cluster holds the marks of this one, which stand before it where text runs from right to left.
bool is_marked_by_last(const ShapedLine& line, const Cluster& cluster) {
  if (line.clusters.empty()) return false;
  const Cluster& last = line.clusters.back();
  if (last.font != cluster.font || last.text != cluster.text + cluster.text_bytes) return false;
  std::size_t at = last.text;
  return g_unichar_type(next_code_point(line.text, at)) == G_UNICODE_NON_SPACING_MARK;
}

/// Adds a cluster, or makes it one with the last where they are copied together: what shows nothing (a joiner, a mark
/// of direction) with its neighbour, a letter with its marks.
void add_cluster(ShapedLine& line, const Cluster& cluster) {
  Cluster* const last = line.clusters.empty() ? nullptr : &line.clusters.back();
  const bool follows = last != nullptr && last->text + last->text_bytes == cluster.text;
  const bool leads = last != nullptr && cluster.text + cluster.text_bytes == last->text;
  if (cluster.glyphs == 0) {
    if (leads) last->text = cluster.text;
    if (leads || follows) last->text_bytes += cluster.text_bytes;
  } else if (is_marked_by_last(line, cluster)) {
    last->text = cluster.text;
    last->text_bytes += cluster.text_bytes;
    last->glyphs += cluster.glyphs;
  } else {
    line.clusters.push_back(cluster);
  }
}

void add_links(ShapedLine& line, std::size_t line_begin, std::span<const TextSpan> spans) {
  for (const TextSpan& span : spans) {
    if (span.link.empty()) continue;
    for (std::size_t i = 0; i < line.clusters.size(); ++i) {
      const std::size_t at = line_begin + line.clusters[i].text;
      if (at < span.begin || at >= span.end || line.clusters[i].glyphs == 0) continue;
      const auto x = static_cast<double>(line.glyphs[line.clusters[i].first_glyph].x);
      const std::size_t next = line.clusters[i].first_glyph + line.clusters[i].glyphs;
      const double end = next < line.glyphs.size() ? static_cast<double>(line.glyphs[next].x) : line.width;
      constexpr double touching = 0.1;
      if (!line.links.empty() && line.links.back().uri == span.link &&
          x <= line.links.back().x + line.links.back().width + touching)
        line.links.back().width = end - line.links.back().x;
      else
        line.links.push_back({span.link, x, end - x});
    }
  }
}

}  // namespace

Shaper::Shaper(FontLibrary& library) : library_(library), fonts_(pango_cairo_font_map_new()) {
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts_.get()), 72);
  context_.reset(pango_font_map_create_context(fonts_.get()));
  // Hinted metrics and rounded positions would make every glyph's place differ from its natural one.
  const Owned<cairo_font_options_t, cairo_font_options_destroy> options(cairo_font_options_create());
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  pango_cairo_context_set_font_options(context_.get(), options.get());
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
  layout_.reset(pango_layout_new(context_.get()));
  pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
}

bool Shaper::has_family(std::string_view family) {
  PangoFontFamily** families = nullptr;
  int count = 0;
  pango_font_map_list_families(fonts_.get(), &families, &count);
  const Owned<PangoFontFamily*, g_free> list(families);
  return std::any_of(families, families + count, [&](PangoFontFamily* known) {
    const std::string_view name = pango_font_family_get_name(known);
    return name.size() == family.size() && g_ascii_strncasecmp(name.data(), family.data(), name.size()) == 0;
  });
}

const pdf::FontFile* Shaper::find_file(const std::string& family, Weight weight, Slant slant) {
  const FontDescription description(pango_font_description_new());
  pango_font_description_set_family(description.get(), family.c_str());
  pango_font_description_set_weight(description.get(),
                                    weight == Weight::bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_style(description.get(), slant == Slant::italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  pango_font_description_set_absolute_size(description.get(), 10 * PANGO_SCALE);
  const PangoFontHandle font(pango_font_map_load_font(fonts_.get(), context_.get(), description.get()));
  return font ? file_of(font.get()) : nullptr;
}

const pdf::FontFile* Shaper::file_of(PangoFont* font) {
  if (const auto known = known_.find(font); known != known_.end()) return known->second.file;
  const FcPattern* const pattern = pango_fc_font_get_pattern(PANGO_FC_FONT(font));
  FcChar8* path = nullptr;
  int face = 0;
  (void)FcPatternGetInteger(pattern, FC_INDEX, 0, &face);
  constexpr unsigned face_mask = 0xFFFF;  // above it fontconfig numbers the instances of variable fonts
  const pdf::FontFile* file = nullptr;
  if (FcPatternGetString(pattern, FC_FILE, 0, &path) == FcResultMatch)
    file = library_.open(static_cast<const char*>(static_cast<void*>(path)), static_cast<unsigned>(face) & face_mask);
  known_[font] = {PangoFontHandle(PANGO_FONT(g_object_ref(font))), file};
  return file;
}

PangoFont* Shaper::font_of(const pdf::FontFile& file) const {
  const auto known =
      std::find_if(known_.begin(), known_.end(), [&](const auto& entry) { return entry.second.file == &file; });
  return known == known_.end() ? nullptr : known->second.keep.get();
}

void Shaper::set(std::string_view text, const Face& face, const TextBox& box) {
  const bool single = box.max_lines == 1;
  text = first_bytes(text, single ? most_bytes_a_line : std::min(most_bytes, most_bytes_a_line * box.max_lines));
  flat_ = text;
  if (single) std::replace(flat_.begin(), flat_.end(), '\n', ' ');
  pango_layout_set_auto_dir(layout_.get(), box.direction == TextDirection::by_text);
  pango_context_set_base_dir(context_.get(),
                             box.direction == TextDirection::right_to_left ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  pango_layout_context_changed(layout_.get());
  const FontDescription description(pango_font_description_copy_static(face.typeface->description()));
  pango_font_description_set_absolute_size(description.get(), face.size * PANGO_SCALE);
  pango_layout_set_font_description(layout_.get(), description.get());
  pango_layout_set_attributes(layout_.get(), nullptr);
  pango_layout_set_text(layout_.get(), flat_.data(), static_cast<int>(flat_.size()));
  pango_layout_set_width(layout_.get(), box.width > 0 ? static_cast<int>(box.width * PANGO_SCALE) : -1);
  pango_layout_set_height(layout_.get(), -static_cast<int>(std::min<std::size_t>(box.max_lines, 100'000)));
  pango_layout_set_ellipsize(layout_.get(), box.width > 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
}

void Shaper::set_spans(std::span<const TextSpan> spans) {
  const AttributeList list(pango_attr_list_new());
  const auto add = [&](PangoAttribute* attribute, const TextSpan& span) {
    attribute->start_index = static_cast<guint>(span.begin);
    attribute->end_index = static_cast<guint>(span.end);
    pango_attr_list_insert(list.get(), attribute);
  };
  for (const TextSpan& span : spans) {
    if (span.bold) add(pango_attr_weight_new(PANGO_WEIGHT_BOLD), span);
    if (span.italic) add(pango_attr_style_new(PANGO_STYLE_ITALIC), span);
  }
  pango_layout_set_attributes(layout_.get(), list.get());
}

double Shaper::width(std::string_view text, const Face& face) {
  set(text, face, {});
  PangoRectangle logical;
  pango_layout_get_extents(layout_.get(), nullptr, &logical);
  return logical.width * points;
}

std::size_t Shaper::count_lines(std::string_view text, const Face& face, const TextBox& box) {
  set(text, face, box);
  const auto count = static_cast<std::size_t>(std::max(1, pango_layout_get_line_count(layout_.get())));
  return std::min(count, box.max_lines);
}

std::vector<ShapedLine> Shaper::shape(std::string_view text, const Face& face, const TextBox& box,
                                      std::span<const TextSpan> spans) {
  set(text, face, box);
  if (!spans.empty()) set_spans(spans);
  std::vector<ShapedLine> lines;
  const auto count = static_cast<std::size_t>(std::max(0, pango_layout_get_line_count(layout_.get())));
  for (std::size_t i = 0; i < std::min(count, box.max_lines); ++i)
    lines.push_back(shaped(pango_layout_get_line_readonly(layout_.get(), static_cast<int>(i)), face, spans));
  return lines;
}

const std::vector<ShapedLine>& Shaper::shape_cell(std::string_view text, const Face& face, const TextBox& box) {
  if (text.size() > most_kept_bytes) return long_cell_ = shape(text, face, box);
  CellKey key{std::string(text), face.typeface, face.size, box.width, box.max_lines, box.direction};
  if (const auto known = cells_.find(key); known != cells_.end()) return known->second;
  if (cells_.size() >= most_kept_cells) cells_.clear();
  return cells_.emplace(std::move(key), shape(text, face, box)).first->second;
}

ShapedLine Shaper::shaped(PangoLayoutLine* line, const Face& face, std::span<const TextSpan> spans) {
  const auto begin = static_cast<std::size_t>(line->start_index);
  line_offset_ = static_cast<std::uint32_t>(begin);
  ShapedLine shaped;
  shaped.text = flat_.substr(begin, static_cast<std::size_t>(line->length));
  shaped.size = face.size;
  shaped.stand_in = &face.typeface->file();
  shaped.direction = static_cast<PangoDirection>(line->resolved_dir) == PANGO_DIRECTION_RTL
                         ? TextDirection::right_to_left
                         : TextDirection::left_to_right;
  double x = 0;
  for (const GSList* item = line->runs; item != nullptr; item = item->next)
    add_run(shaped, *static_cast<const PangoGlyphItem*>(item->data), face, x);
  shaped.width = x;
  add_links(shaped, begin, spans);
  return shaped;
}

void Shaper::add_run(ShapedLine& shaped, const PangoGlyphItem& run, const Face& face, double& x) {
  const PangoGlyphString& string = *run.glyphs;
  const pdf::FontFile* const file = file_of(run.item->analysis.font);
  // The box of the face that was asked for, and not Pango's own with its hexadecimal digits.
  const double box_width = static_cast<double>(face.typeface->file().advance(0)) * face.size / 1000;
  for (int i = 0; i < string.num_glyphs;) {
    Cluster cluster;
    cluster.font = file;
    cluster.first_glyph = static_cast<std::uint32_t>(shaped.glyphs.size());
    const int key = string.log_clusters[i];
    const auto [from, to] = cluster_text(run, i);
    for (; i < string.num_glyphs && string.log_clusters[i] == key; ++i) {
      const PangoGlyphInfo& glyph = string.glyphs[i];
      const bool is_missing = (glyph.glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0 || file == nullptr;
      cluster.is_missing = cluster.is_missing || is_missing;
      if (glyph.glyph != PANGO_GLYPH_EMPTY)
        shaped.glyphs.push_back({is_missing ? 0 : glyph.glyph, static_cast<float>(x + glyph.geometry.x_offset * points),
                                 static_cast<float>(-glyph.geometry.y_offset * points)});
      x += is_missing ? box_width : glyph.geometry.width * points;
    }
    cluster.glyphs = static_cast<std::uint32_t>(shaped.glyphs.size()) - cluster.first_glyph;
    if (cluster.is_missing) cluster.font = &face.typeface->file();
    // An ellipsis stands for all the text that it hides, and is copied as that.
    cluster.text = static_cast<std::uint32_t>(run.item->offset + from) - line_offset_;
    cluster.text_bytes = static_cast<std::uint32_t>(to - from);
    add_cluster(shaped, cluster);
  }
}

}  // namespace platen::worker
