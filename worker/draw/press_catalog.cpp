#include <fmt/format.h>

#include <utility>

#include "base/clock.hpp"
#include "worker/draw/press.hpp"

namespace platen::worker {

using pdf::append_name;
using pdf::append_text;
using pdf::ObjectNumber;

namespace {

constexpr std::string_view creator = "Platen " PLATEN_VERSION;

std::string escaped_xml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '&': escaped += "&amp;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace

Result<ObjectNumber> Press::write_information() {
  std::string body = "<<";
  const auto add = [&](std::string_view key, std::string_view text) {
    if (text.empty()) return;
    body += key;
    append_text(body, text);
  };
  add("/Title", report().title);
  add("/Author", report().author);
  add("/Subject", report().document.subject);
  add("/Keywords", report().document.keywords);
  add("/Creator", creator);
  add("/Producer", creator);
  body += "/CreationDate";
  pdf::append_date(body, material_.created_at);
  body += ">>";
  const ObjectNumber number = writer_.reserve();
  if (auto written = writer_.write(number, body); !written) return fail(std::move(written).error());
  return number;
}

/// What readers of tagged documents look for (XMP).
Result<ObjectNumber> Press::write_metadata() {
  const std::string packet = fmt::format(
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
      "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
      "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">"
      "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:title>"
      "<xmp:CreateDate>{}</xmp:CreateDate>"
      "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>",
      escaped_xml(report().title), rfc3339(material_.created_at));
  const ObjectNumber number = writer_.reserve();
  if (auto written = writer_.write_stream(number, "/Type/Metadata/Subtype/XML", packet); !written)
    return fail(std::move(written).error());
  return number;
}

Result<std::string> Press::write_attachment() {
  const bool is_csv = material_.data.dialect().format == DataFormat::csv;
  const std::string_view bytes = material_.data.bytes();
  const auto file = write_deflated(fmt::format("/Type/EmbeddedFile/Subtype{}/Params<</Size {}>>",
                                               is_csv ? "/text#2Fcsv" : "/application#2Fx-ndjson", bytes.size()),
                                   bytes);
  if (!file) return fail(file.error());
  const std::string_view name = is_csv ? "data.csv" : "data.ndjson";
  return fmt::format(
      "/Names<</EmbeddedFiles<</Names[({0})<</Type/Filespec/F({0})/UF({0})/AFRelationship/Source"
      "/EF<</F {1} 0 R>>>>]>>>>",
      name, *file);
}

Result<ObjectNumber> Press::write_catalog() {
  const auto outline = write_outline();
  if (!outline) return fail(outline.error());
  const auto metadata = write_metadata();
  if (!metadata) return fail(metadata.error());
  std::string body = fmt::format("<</Type/Catalog/Pages {} 0 R/Metadata {} 0 R/PageLabels<</Nums[0<</S/D>>]>>",
                                 pages_.root(), *metadata);
  body += "/ViewerPreferences<</DisplayDocTitle true>>/Lang";
  append_text(body, report().document.language);
  if (*outline != 0) body += fmt::format("/Outlines {} 0 R", *outline);
  if (document_.outline.size() > 1) body += "/PageMode/UseOutlines";
  if (structure_) {
    const auto root = structure_->finish();
    if (!root) return fail(root.error());
    body += fmt::format("/MarkInfo<</Marked true>>/StructTreeRoot {} 0 R", *root);
  }
  if (report().document.attach_data) {
    auto names = write_attachment();
    if (!names) return fail(std::move(names).error());
    body += *names;
  }
  body += ">>";
  const ObjectNumber number = writer_.reserve();
  if (auto written = writer_.write(number, body); !written) return fail(std::move(written).error());
  return number;
}

}  // namespace platen::worker
