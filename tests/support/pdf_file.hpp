// A PDF as another program reads it: its objects by qpdf, described without the numbers that they happen to have.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "codec/json.hpp"

namespace platen::test {

/// Reads a whole file through `qpdf --json`. Pages count from 1. Throws std::runtime_error where the file cannot be
/// read or its trees are broken: a wrong /Parent, /Prev or /Count, a destination that is no page.
class PdfFile {
 public:
  explicit PdfFile(std::string path, const std::string& password = "");

  /// An entry and, for one that has entries below it, whether it shows them.
  struct OutlineEntry {
    std::string title;
    std::size_t level = 0;
    std::size_t page = 0;
    double y_pt = 0;  ///< of its destination, from the page's lower edge
    bool is_open = true;
  };
  [[nodiscard]] std::vector<OutlineEntry> outline() const;

  /// A link annotation; either `uri` or `to_page` is set.
  struct Link {
    std::size_t page = 0;
    std::string uri;
    std::size_t to_page = 0;
    std::vector<double> rectangle;
    friend bool operator==(const Link&, const Link&) = default;
  };
  [[nodiscard]] std::vector<Link> links() const;

  /// Every font's name without its subset's tag, sorted, each once, with ` embedded` or ` missing` after it.
  [[nodiscard]] std::vector<std::string> fonts() const;
  /// How often each structure type is there; `TR/TH`: below that parent.
  [[nodiscard]] std::map<std::string, std::size_t> tags() const;
  /// The structure tree, one element a line as `Type "Alt"`, each two spaces further in than its parent.
  [[nodiscard]] std::string structure() const;
  /// References to objects that are not there, from the file's own bytes: qpdf would put nulls for them. Of files whose
  /// objects lie plainly in them; encrypted strings are passed over.
  [[nodiscard]] std::vector<std::string> dangling() const;

  [[nodiscard]] std::size_t pages() const noexcept { return pages_.size(); }
  /// The page's dictionary, its number (`12 0 R`), its content stream without compression.
  [[nodiscard]] const codec::Json& page(std::size_t page) const { return object(pages_.at(page - 1)); }
  [[nodiscard]] const std::string& page_reference(std::size_t page) const { return pages_.at(page - 1); }
  [[nodiscard]] std::string content(std::size_t page) const;
  [[nodiscard]] const codec::Json& catalog() const { return object(trailer().at("/Root")); }
  [[nodiscard]] const codec::Json& trailer() const { return objects_.at("trailer").at("value"); }
  /// What a value is, its references followed; of a stream its dictionary.
  [[nodiscard]] const codec::Json& object(const codec::Json& value) const;
  /// The bytes of a stream, without compression.
  [[nodiscard]] std::string stream(const std::string& reference) const;
  /// A text string's UTF-8.
  [[nodiscard]] static std::string text_of(const codec::Json& value);
  [[nodiscard]] const codec::Json& objects() const noexcept { return objects_; }

 private:
  void gather_pages(const codec::Json& node, const std::string& parent);
  [[nodiscard]] std::size_t gather_outline(const codec::Json& parent, const std::string& reference, std::size_t level,
                                           std::vector<OutlineEntry>& entries) const;
  [[nodiscard]] std::size_t page_of(const codec::Json& reference) const;
  template <class Visit>
  void walk_structure(const codec::Json& element, const std::string& parent, std::size_t depth,
                      const Visit& visit) const;

  std::string path_;
  std::string password_;
  codec::Json objects_;
  std::vector<std::string> pages_;  ///< the references of the pages
};

}  // namespace platen::test
