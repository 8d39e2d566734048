#include "worker/draw/press.hpp"

#include <fmt/format.h>

#include <utility>

#include "worker/figures/glyph_figure.hpp"
#include "worker/pdf/font_embedding.hpp"
#include "worker/pdf/form_import.hpp"
#include "worker/pdf/outline.hpp"

namespace platen::worker {

using pdf::append_name;
using pdf::append_reference;
using pdf::append_text;
using pdf::ObjectNumber;

Press::Press(const Document& document, const Material& material, Fonts& fonts, const Fd& output,
             pdf::ObjectWriter::OnWrite on_write)
    : document_(document),
      material_(material),
      fonts_of_process_(fonts),
      writer_(output, std::move(on_write)),
      deflater_(pdf::Effort::once),
      pages_(writer_, document.sheets()),
      resources_(writer_.reserve()) {
  if (report().document.accessible) structure_.emplace(writer_);
}

Result<void> Press::take(DrawnPart part) {
  fonts_.merge(part.fonts);
  for (const DrawnGlyph& glyph : part.glyphs) glyphs_.emplace(glyph.resource(), glyph);
  missing_ += part.missing_glyphs;
  for (DrawnPage& page : part.pages)
    if (auto taken = take_page(std::move(page)); !taken) return taken;
  return {};
}

Result<void> Press::take_page(DrawnPage page) {
  const std::uint64_t index = next_page_++;
  const ObjectNumber content = writer_.reserve();
  if (auto written = writer_.write_stream(content, "/Filter/FlateDecode", page.content); !written) return written;
  std::string entries = "/Contents ";
  append_reference(entries, content);
  if (!page.links.empty()) {
    auto links = write_links(page.links);
    if (!links) return fail(std::move(links).error());
    entries += *links;
  }
  if (structure_) {
    entries += fmt::format("/StructParents {}/Tabs/S", index);
    for (const Tag& tag : page.tags) {
      if (!tag.type.empty())
        if (auto opened = structure_->open(tag.type, tag.level, tag.alt); !opened) return opened;
      if (tag.id != Tag::no_content) structure_->add_content(index, pages_.page(index), tag.id);
    }
  }
  return pages_.write_page(index, entries);
}

Result<std::string> Press::write_links(const std::vector<Link>& links) {
  const double height = document_.style.frame.height;
  std::string list = "/Annots[";
  for (const Link& link : links) {
    std::string body =
        fmt::format("<</Type/Annot/Subtype/Link/Border[0 0 0]/F 4/Rect[{:.2f} {:.2f} {:.2f} {:.2f}]", link.area.x,
                    height - link.area.y - link.area.height, link.area.x + link.area.width, height - link.area.y);
    if (link.uri.empty()) {
      body += fmt::format("/Dest[{} 0 R/XYZ null {:.2f} null]", pages_.page(link.page), height - link.y);
    } else {
      body += "/A<</S/URI/URI";
      pdf::append_literal(body, link.uri);
      body += ">>";
      body += "/Contents";
      append_text(body, link.uri);
    }
    body += ">>";
    const ObjectNumber annotation = writer_.reserve();
    if (auto written = writer_.write(annotation, body); !written) return fail(std::move(written).error());
    append_reference(list, annotation);
    list += ' ';
  }
  list += ']';
  return list;
}

void Press::add_form(std::string resource, std::string entries, std::string content, const pdf::FontUse& fonts) {
  fonts_.merge(fonts);
  text_forms_.push_back({std::move(resource), std::move(entries), std::move(content)});
}

Result<std::string> Press::write_fonts() {
  std::string resources;
  for (const auto& [resource, entry] : fonts_.entries()) {
    if (auto embedded = pdf::embed_font(entry, writer_, deflater_, resources); !embedded)
      return fail(std::move(embedded).error());
  }
  return resources;
}

Result<void> Press::write_figure(const Figure& figure, std::string_view resource, std::string& resources) {
  const ObjectNumber first = writer_.reserve();
  auto bodies = import_form(figure.pdf, first, {figure.origin_x_pt, figure.origin_y_pt});
  if (!bodies) return fail(std::move(bodies).error());
  if (bodies->size() > 1) (void)writer_.reserve(static_cast<std::uint32_t>(bodies->size() - 1));
  for (std::size_t i = 0; i < bodies->size(); ++i)
    if (auto written = writer_.write(first + static_cast<ObjectNumber>(i), (*bodies)[i]); !written) return written;
  append_name(resources, resource);
  resources += ' ';
  append_reference(resources, first);
  return {};
}

Result<void> Press::write_text_form(const TextForm& form, std::string& resources) {
  // The pages' resources, so that the form finds its fonts there.
  auto number = write_deflated(fmt::format("/Type/XObject/Subtype/Form{}/Resources {} 0 R", form.entries, resources_),
                               form.content);
  if (!number) return fail(std::move(number).error());
  append_name(resources, form.resource);
  resources += ' ';
  append_reference(resources, *number);
  return {};
}

Result<std::string> Press::write_forms() {
  std::string resources;
  for (std::size_t i = 0; i < document_.figures.size(); ++i)
    if (auto written = write_figure(document_.figures[i], figure_resource(i), resources); !written)
      return fail(std::move(written).error());
  for (const auto& [resource, glyph] : glyphs_) {
    PangoFont* const font = fonts_of_process_.pango_font(*glyph.font);
    if (font == nullptr) return fail(Errc::internal, "a glyph was drawn in a font that no shaper knows");
    auto figure = glyph_figure(font, glyph.glyph, document_.style.palette.ink);
    if (!figure) return fail(std::move(figure).error());
    if (auto written = write_figure(*figure, resource, resources); !written) return fail(std::move(written).error());
  }
  for (const TextForm& form : text_forms_)
    if (auto written = write_text_form(form, resources); !written) return fail(std::move(written).error());
  return resources;
}

Result<ObjectNumber> Press::write_deflated(std::string entries, std::string_view bytes) {
  std::string compressed;
  deflater_.compress(bytes, compressed);
  entries += "/Filter/FlateDecode";
  const ObjectNumber number = writer_.reserve();
  if (auto written = writer_.write_stream(number, entries, compressed); !written)
    return fail(std::move(written).error());
  return number;
}

Result<ObjectNumber> Press::write_outline() {
  const double height = document_.style.frame.height;
  std::vector<pdf::OutlineEntry> entries;
  for (const Landmark& landmark : document_.outline)
    entries.push_back({landmark.text, landmark.level, pages_.page(landmark.page), height - landmark.y});
  return pdf::write_outline(writer_, entries);
}

Result<void> Press::finish() {
  auto fonts = write_fonts();
  if (!fonts) return fail(std::move(fonts).error());
  auto forms = write_forms();
  if (!forms) return fail(std::move(forms).error());
  if (auto written =
          writer_.write(resources_, fmt::format("<</Font<<{}>>/XObject<<{}>>/ExtGState<</{}<</BM/Multiply>>>>>>",
                                                *fonts, *forms, multiply_resource));
      !written)
    return written;
  const Frame& frame = document_.style.frame;
  if (auto written = pages_.finish(
          fmt::format("/MediaBox[0 0 {:.3f} {:.3f}]/Resources {} 0 R", frame.width, frame.height, resources_));
      !written)
    return written;
  const auto catalog = write_catalog();
  if (!catalog) return fail(catalog.error());
  const auto information = write_information();
  if (!information) return fail(information.error());
  return writer_.finish(*catalog, *information);
}

}  // namespace platen::worker
