#include "tests/support/pdf_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/fd.hpp"
#include "tests/support/command.hpp"

namespace platen::test {

using codec::Json;

namespace {

constexpr std::size_t most_bytes = 64 << 20;

bool is_reference(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return text.size() > 4 && text.ends_with(" 0 R") && text.find_first_not_of("0123456789") == text.size() - 4;
}

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("broken PDF: " + what);
}

std::string qpdf(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "qpdf");
  Output output = run(std::move(arguments));
  if (output.exit_code != 0) throw std::runtime_error(output.err);
  return std::move(output.out);
}

const Json& none() {
  static const Json null;
  return null;
}

const Json& member(const Json& dictionary, const char* name) {
  const auto found = dictionary.find(name);
  return found == dictionary.end() ? none() : *found;
}

}  // namespace

PdfFile::PdfFile(std::string path, const std::string& password)
    : path_(std::move(path)), password_("--password=" + password) {
  const Json json = Json::parse(qpdf({password_, "--json=2", "--json-key=qpdf", path_}));
  objects_ = json.at("qpdf").at(1);
  gather_pages(object(catalog().at("/Pages")), "");
}

const Json& PdfFile::object(const Json& value) const {
  if (!is_reference(value)) return value;
  const auto found = objects_.find("obj:" + value.get<std::string>());
  if (found == objects_.end()) return none();
  const auto stream = found->find("stream");
  return stream != found->end() ? stream->at("dict") : object(found->at("value"));
}

std::string PdfFile::text_of(const Json& value) {
  const auto& text = value.get_ref<const std::string&>();
  require(text.starts_with("u:"), "no text: " + text);
  return text.substr(2);
}

void PdfFile::gather_pages(const Json& node, const std::string& parent) {
  const std::size_t before = pages_.size();
  for (const Json& kid : node.at("/Kids")) {
    const Json& page = object(kid);
    if (!parent.empty()) require(object(page.at("/Parent")) == node, "a page's parent");
    if (page.at("/Type") == "/Pages")
      gather_pages(page, kid.get<std::string>());
    else
      pages_.push_back(kid.get<std::string>());
    if (page.at("/Type") == "/Page") require(object(page.at("/Parent")) == node, "a page's parent");
  }
  require(node.at("/Count") == pages_.size() - before, "the count of pages");
}

std::size_t PdfFile::page_of(const Json& reference) const {
  const auto found = std::find(pages_.begin(), pages_.end(), reference.get<std::string>());
  require(found != pages_.end(), "a destination that is no page");
  return static_cast<std::size_t>(found - pages_.begin()) + 1;
}

std::vector<PdfFile::OutlineEntry> PdfFile::outline() const {
  std::vector<OutlineEntry> entries;
  const Json& root = member(catalog(), "/Outlines");
  if (!root.is_null()) {
    const std::size_t visible = gather_outline(object(root), root.get<std::string>(), 0, entries);
    require(object(root).at("/Count") == visible, "the outline's count");
  }
  return entries;
}

/// Answers how many entries show below `parent` when it is open.
std::size_t PdfFile::gather_outline(const Json& parent, const std::string& reference, std::size_t level,
                                    std::vector<OutlineEntry>& entries) const {
  std::size_t visible = 0;
  Json previous;
  for (Json at = member(parent, "/First"); !at.is_null(); at = member(object(at), "/Next")) {
    const Json& entry = object(at);
    require(entry.at("/Parent") == reference, "an outline entry's parent");
    require(member(entry, "/Prev") == previous, "an outline entry's predecessor");
    const Json& destination = object(entry.at("/Dest"));
    require(destination.at(1) == "/XYZ", "an outline entry's destination");
    entries.push_back({text_of(entry.at("/Title")), level, page_of(destination.at(0)), destination.at(3), true});
    ++visible;
    const std::size_t self = entries.size() - 1;
    const std::size_t below = gather_outline(entry, at.get<std::string>(), level + 1, entries);
    const std::int64_t count = entry.value("/Count", std::int64_t{0});
    require(static_cast<std::size_t>(std::llabs(count)) == below, "an outline entry's count");
    entries[self].is_open = count >= 0;
    if (count > 0) visible += below;
    previous = at;
  }
  require(member(parent, "/Last") == previous, "an outline entry's last child");
  return visible;
}

std::vector<PdfFile::Link> PdfFile::links() const {
  std::vector<Link> links;
  for (std::size_t i = 1; i <= pages_.size(); ++i) {
    for (const Json& reference : object(member(page(i), "/Annots"))) {
      const Json& annotation = object(reference);
      require(annotation.at("/Subtype") == "/Link", "an annotation that is no link");
      Link link{i, {}, 0, annotation.at("/Rect").get<std::vector<double>>()};
      if (const Json& destination = member(annotation, "/Dest"); !destination.is_null())
        link.to_page = page_of(object(destination).at(0));
      else
        link.uri = text_of(object(annotation.at("/A")).at("/URI"));
      links.push_back(std::move(link));
    }
  }
  return links;
}

std::vector<std::string> PdfFile::fonts() const {
  std::set<std::string> names;
  for (const Json& each : objects_) {
    const Json& font = member(each, "value");
    if (!font.is_object() || member(font, "/Type") != "/Font" || member(font, "/Subtype") == "/Type0") continue;
    const Json& descriptor = object(member(font, "/FontDescriptor"));
    const bool is_embedded =
        descriptor.contains("/FontFile") || descriptor.contains("/FontFile2") || descriptor.contains("/FontFile3");
    std::string name = font.at("/BaseFont").get<std::string>().substr(1);
    if (name.size() > 7 && name[6] == '+') name.erase(0, 7);
    names.insert(name + (is_embedded ? " embedded" : " missing"));
  }
  return {names.begin(), names.end()};
}

template <class Visit>
void PdfFile::walk_structure(const Json& element, const std::string& parent, std::size_t depth,
                             const Visit& visit) const {
  const std::string type = element.at("/S").get<std::string>().substr(1);
  visit(element, type, parent, depth);
  for (const Json& kid : object(member(element, "/K"))) {
    const Json& child = object(kid);
    if (!child.contains("/S")) continue;  // marked content
    require(object(child.at("/P")) == element, "a structure element's parent");
    walk_structure(child, type, depth + 1, visit);
  }
}

std::map<std::string, std::size_t> PdfFile::tags() const {
  std::map<std::string, std::size_t> counts;
  const Json& root = object(catalog().at("/StructTreeRoot"));
  walk_structure(object(root.at("/K")), "", 0,
                 [&](const Json&, const std::string& type, const std::string& parent, std::size_t) {
                   ++counts[type];
                   if (!parent.empty()) ++counts[parent + "/" + type];
                 });
  return counts;
}

std::string PdfFile::structure() const {
  std::string tree;
  const Json& root = object(catalog().at("/StructTreeRoot"));
  walk_structure(object(root.at("/K")), "", 0,
                 [&](const Json& element, const std::string& type, const std::string&, std::size_t depth) {
                   tree += std::string(2 * depth, ' ') + type;
                   if (element.contains("/Alt")) tree += " \"" + text_of(element.at("/Alt")) + "\"";
                   tree += '\n';
                 });
  return tree;
}

std::vector<std::string> PdfFile::dangling() const {
  const std::string bytes = read_file(path_, most_bytes).value();
  std::set<std::string> defined;
  std::set<std::string> used;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t stream = bytes.find("stream\n", at);
    const std::string_view plain = std::string_view(bytes).substr(at, stream - at);
    for (std::size_t space = plain.find(" 0 "); space != std::string_view::npos; space = plain.find(" 0 ", space + 1)) {
      std::size_t begin = space;
      while (begin > 0 && plain[begin - 1] >= '0' && plain[begin - 1] <= '9') --begin;
      const std::string number(plain.substr(begin, space - begin));
      if (plain.substr(space + 3, 3) == "obj") defined.insert(number);
      if (plain.substr(space + 3, 1) == "R" && !number.empty()) used.insert(number);
    }
    if (stream == std::string::npos) break;
    const std::size_t length = plain.rfind("/Length ");
    require(length != std::string_view::npos, "a stream without a length");
    at = stream + 7 + std::stoul(std::string(plain.substr(length + 8, 20)));
    at = bytes.find("endstream", at);
    require(at != std::string::npos, "a stream without an end");
    at += 9;
  }
  std::vector<std::string> missing;
  std::set_difference(used.begin(), used.end(), defined.begin(), defined.end(), std::back_inserter(missing));
  require(!used.empty(), "no references");
  return missing;
}

std::string PdfFile::content(std::size_t number) const { return stream(page(number).at("/Contents")); }

std::string PdfFile::stream(const std::string& reference) const {
  return qpdf(
      {password_, "--show-object=" + reference.substr(0, reference.find(' ')), "--filtered-stream-data", path_});
}

}  // namespace platen::test
