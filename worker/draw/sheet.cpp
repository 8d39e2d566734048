#include "worker/draw/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "worker/draw/lines.hpp"

namespace platen::worker {

namespace {

constexpr double tolerance_pt = 0.01;  // of sums of advances
constexpr double least_shrink = 0.6;   // of the size; smaller than that nobody reads
constexpr double no_limit = 1e9;
constexpr std::size_t most_hidden_bytes = 2000;  // of text that is copied, but not seen

double shift_of(Stand stand, double spare) {
  switch (stand) {
    case Stand::left: return 0;
    case Stand::center: return spare / 2;
    case Stand::right: return spare;
  }
  return 0;
}

/// Without the beginning of a character at its end.
std::string_view whole_characters(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && (static_cast<unsigned char>(text[end - 1]) & 0xC0u) == 0x80) --end;
  if (end == 0) return {};
  const auto lead = static_cast<unsigned char>(text[end - 1]);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  return text.substr(0, end - 1 + length <= text.size() ? end - 1 + length : end - 1);
}

/// The bytes of `text` that leave room for an ellipsis, without spaces at their end.
std::string_view before_ellipsis(const Face& face, std::string_view text, double room) {
  std::string_view kept = text.substr(0, face.measure(text, room).bytes);
  while (!kept.empty() && kept.back() == ' ') kept.remove_suffix(1);
  return kept;
}

}  // namespace

std::string DrawnGlyph::resource() const { return fmt::format("G{}x{}", font->resource(), glyph); }

void Sheet::fill(const Rgb& colour, const Area& area, Layer layer) {
  auto known = std::find_if(fills_.begin(), fills_.end(),
                            [&](const Fill& fill) { return fill.colour == colour && fill.layer == layer; });
  if (known == fills_.end()) known = fills_.insert(fills_.end(), Fill{colour, layer, {}});
  known->areas.push_back(area);
}

pdf::GlyphUse& Sheet::use_of(const pdf::FontFile& font) {
  if (last_font_ != &font) {
    last_font_ = &font;
    last_use_ = &fonts_.of(font);
  }
  return *last_use_;
}

void Sheet::show(const Face& face, std::string_view text, bool latin) {
  const pdf::FontFile& file = face.typeface->file();
  pdf::GlyphUse& use = use_of(file);
  if (!latin) {
    text_.begin_glyphs();
    for (std::size_t at = 0; at < text.size();) {
      const pdf::GlyphId glyph = face.typeface->glyph(next_code_point(text, at)).glyph;
      use.add(glyph);
      text_.glyph(glyph);
    }
    text_.end_glyphs();
    return;
  }
  text_.begin_codes();
  for (std::size_t at = 0; at < text.size();) {
    const std::uint8_t code = face.typeface->glyph(next_code_point(text, at)).latin;
    use.latin[code] = true;
    text_.code(code);
  }
  text_.end_codes();
}

bool Sheet::fast_line(const Pen& pen, std::string_view text, double width, Stand stand, double x, double y,
                      Squeeze squeeze) {
  Face face = pen.face;
  Face::Run run = face.measure(text, width + tolerance_pt);
  if (!run.fast) return false;
  std::string_view tail;
  std::string_view hidden;
  if (run.bytes < text.size()) {
    const Face::Run whole = face.measure(text, no_limit);
    if (!whole.fast) return false;
    if (squeeze == Squeeze::shrink) {
      face.size *= std::max(least_shrink, width / whole.width);
      run = face.measure(text, width + tolerance_pt);
    }
    if (run.bytes < text.size()) {
      tail = face.typeface->ellipsis();
      const double tail_width = face.measure(tail, no_limit).width;
      const std::string_view kept = before_ellipsis(face, text, width + tolerance_pt - tail_width);
      hidden = text.substr(kept.size());
      text = kept;
      run = face.measure(text, no_limit);
      run.width += tail_width;
      run.latin = run.latin && face.measure(tail, no_limit).latin;
    }
  }
  const pdf::FontFile& file = face.typeface->file();
  text_.font(run.latin ? file.latin_resource() : file.resource(), face.size);
  text_.colour(pen.colour);
  text_.move_to(x + shift_of(stand, width - run.width), y);
  if (!text.empty()) show(face, text, run.latin);
  if (tail.empty()) return true;
  // The ellipsis stands for the text that it hides, and is copied as that.
  if (hidden.size() <= most_hidden_bytes)
    text_.begin_actual_text(hidden);
  else
    text_.begin_actual_text(fmt::format("{}…", whole_characters(hidden.substr(0, most_hidden_bytes))));
  show(face, tail, run.latin);
  text_.end_marked();
  return true;
}

void Sheet::text(const Pen& pen, std::string_view text, const TextBox& box, Stand stand, double x, double y,
                 Squeeze squeeze) {
  if (text.empty()) return;
  if (box.max_lines == 1) {
    if (!fast_line(pen, text, box.width, stand, x, y, squeeze)) shaped_text(pen, text, box, stand, x, y, squeeze);
    return;
  }
  if (!break_lines(text, pen.face, box.width, box.max_lines, lines_))
    return shaped_text(pen, text, box, stand, x, y, Squeeze::ellipsis);
  double baseline = y;
  for (const std::string_view part : lines_) {
    if (!part.empty() && !fast_line(pen, part, box.width, stand, x, baseline, Squeeze::ellipsis))
      shaped_text(pen, part, {box.width, 1, box.line_height, box.direction}, stand, x, baseline, Squeeze::ellipsis);
    baseline += box.line_height;
  }
}

void Sheet::shaped_text(const Pen& pen, std::string_view text, const TextBox& box, Stand stand, double x, double y,
                        Squeeze squeeze) {
  Face face = pen.face;
  if (squeeze == Squeeze::shrink) {
    const double natural = shaper_.width(text, face);
    if (natural > box.width) face.size *= std::max(least_shrink, box.width / natural);
  }
  double baseline = y;
  for (const ShapedLine& shaped : shaper_.shape_cell(text, face, box)) {
    line(shaped, pen.colour, pen.colour, x + shift_of(stand, box.width - shaped.width), baseline);
    baseline += box.line_height;
  }
}

void Sheet::line(const ShapedLine& line, const Rgb& colour, const Rgb& link_colour, double x, double y) {
  const auto colour_at = [&](double at) {
    const bool linked = std::any_of(line.links.begin(), line.links.end(), [&](const LinkSpan& link) {
      return at >= link.x - tolerance_pt && at < link.x + link.width - tolerance_pt;
    });
    return linked ? link_colour : colour;
  };
  double pen_x = 0;
  bool moved = false;
  for (const Cluster& cluster : line.clusters) {
    const auto begin = static_cast<double>(line.glyphs[cluster.first_glyph].x);
    if (cluster.font->outlines() == pdf::FontFile::Outlines::none) {
      draw_glyphs(line, cluster, x, y);
      moved = false;
      continue;
    }
    text_.font(cluster.font->resource(), line.size);
    text_.colour(colour_at(begin));
    if (!moved) {
      text_.move_to(x + begin, y);
      pen_x = begin;
      moved = true;
    }
    if (cluster.is_missing) ++missing_;
    show_cluster(line, cluster, pen_x);
  }
  for (const LinkSpan& link : line.links)
    links_.push_back({{x + link.x, y - 0.9 * line.size, link.width, 1.2 * line.size}, link.uri, 0, 0});
}

void Sheet::show_cluster(const ShapedLine& line, const Cluster& cluster, double& pen_x) {
  const std::string_view text = std::string_view(line.text).substr(cluster.text, cluster.text_bytes);
  std::vector<PlacedGlyph> glyphs(line.glyphs.begin() + cluster.first_glyph,
                                  line.glyphs.begin() + cluster.first_glyph + cluster.glyphs);
  // Readers take the place of the first glyph for the cluster's: a letter goes before the marks above and below it.
  std::stable_partition(glyphs.begin(), glyphs.end(), [](const PlacedGlyph& glyph) { return glyph.rise == 0; });
  std::size_t after = 0;
  const char32_t only = text.empty() ? 0 : next_code_point(text, after);
  const bool says_itself = glyphs.size() == 1 && after == text.size() && !cluster.is_missing &&
                           cluster.font->text_of(glyphs.front().glyph) == only;
  if (!says_itself) text_.begin_actual_text(text);
  pdf::GlyphUse& use = use_of(*cluster.font);
  double rise = 0;
  text_.begin_glyphs();
  for (const PlacedGlyph& glyph : glyphs) {
    if (std::abs(static_cast<double>(glyph.rise) - rise) > tolerance_pt) {
      text_.end_glyphs();
      rise = static_cast<double>(glyph.rise);
      text_.rise(rise);
      text_.begin_glyphs();
    }
    const double gap = static_cast<double>(glyph.x) - pen_x;
    if (std::abs(gap) > tolerance_pt) text_.shift(gap / line.size * 1000);
    use.add(glyph.glyph);
    text_.glyph(glyph.glyph);
    pen_x = static_cast<double>(glyph.x) + static_cast<double>(cluster.font->advance(glyph.glyph)) * line.size / 1000;
  }
  text_.end_glyphs();
  if (rise != 0) text_.rise(0);
  if (!says_itself) text_.end_marked();
}

void Sheet::draw_glyphs(const ShapedLine& line, const Cluster& cluster, double x, double y) {
  // A form is no text: an invisible letter of the same place and width carries the characters.
  const std::string_view text = std::string_view(line.text).substr(cluster.text, cluster.text_bytes);
  for (std::uint32_t i = 0; i < cluster.glyphs; ++i) {
    const PlacedGlyph& glyph = line.glyphs[cluster.first_glyph + i];
    const DrawnGlyph drawn{cluster.font, glyph.glyph};
    const auto place = std::lower_bound(drawn_glyphs_.begin(), drawn_glyphs_.end(), drawn);
    if (place == drawn_glyphs_.end() || *place != drawn) drawn_glyphs_.insert(place, drawn);
    const double scale = line.size / glyph_figure_em_pt;
    form_at(drawn.resource(), x + static_cast<double>(glyph.x), y - static_cast<double>(glyph.rise), scale);
  }
  if (line.stand_in == nullptr) return;
  const std::size_t next = cluster.first_glyph + cluster.glyphs;
  const auto begin = static_cast<double>(line.glyphs[cluster.first_glyph].x);
  const double end = next < line.glyphs.size() ? static_cast<double>(line.glyphs[next].x) : line.width;
  const pdf::GlyphId blank = line.stand_in->glyph(U'M');
  const double natural = static_cast<double>(line.stand_in->advance(blank)) * line.size / 1000;
  text_.font(line.stand_in->resource(), line.size);
  text_.move_to(x + begin, y);
  text_.invisible(true);
  text_.stretch(std::max(0.01, (end - begin) / std::max(natural, tolerance_pt)));
  text_.begin_actual_text(text);
  text_.begin_glyphs();
  use_of(*line.stand_in).add(blank);
  text_.glyph(blank);
  text_.end_glyphs();
  text_.end_marked();
  text_.stretch(1);
  text_.invisible(false);
}

void Sheet::form(std::string_view resource, const Area& place, double natural_width, double natural_height,
                 std::string_view alt) {
  const bool is_figure = tagged_ && !alt.empty();
  if (is_figure) {
    const auto id = next_id_++;
    areas_.end_marked();
    areas_.begin_marked("Figure", id);
    tags_.push_back({"Figure", 1, id, std::string(alt)});
  }
  areas_.form(resource, place.x, place.y + place.height, place.width / natural_width, place.height / natural_height);
  if (is_figure) {
    areas_.end_marked();
    areas_.begin_artifact();
  }
}

void Sheet::form_at(std::string_view resource, double x, double y, double scale) {
  areas_.form(resource, x, y, scale, scale);
}

void Sheet::open_tag(std::string_view type, std::uint32_t level) {
  if (tagged_) tags_.push_back({type, level});
}

void Sheet::begin_tag(std::string_view type, std::uint32_t level) {
  if (!tagged_) return;
  const auto id = next_id_++;
  text_.begin_marked(type, id);
  tags_.push_back({type, level, id});
}

void Sheet::go_on_with_tag(std::string_view type) {
  if (!tagged_) return;
  const auto id = next_id_++;
  text_.begin_marked(type, id);
  tags_.push_back({{}, 0, id, {}});
}

void Sheet::begin_artifact() {
  if (tagged_) text_.begin_artifact();
}

void Sheet::end_tag() {
  if (tagged_) text_.end_marked();
}

void Sheet::paint(Layer layer, std::string& content) {
  pdf::Content painted(areas_.height());
  for (Fill& fill : fills_) {
    if (fill.areas.empty() || fill.layer != layer) continue;
    painted.colour(fill.colour);
    for (const Area& area : fill.areas) painted.rectangle(area.x, area.y, area.width, area.height);
    painted.fill();
    fill.areas.clear();
  }
  content += painted.bytes();
}

std::string Sheet::take_content() {
  std::string content;
  if (tagged_) content += "/Artifact BMC\n";
  paint(Layer::page, content);
  paint(Layer::cell, content);
  content += areas_.bytes();
  if (tagged_) content += "EMC\n";
  if (!text_.bytes().empty()) {
    content += "BT\n";
    content += text_.bytes();
    content += "ET\n";
  }
  next_id_ = 0;
  areas_.clear();
  text_.clear();
  return content;
}

}  // namespace platen::worker
