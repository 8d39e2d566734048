// The logical structure of a tagged PDF (ISO 32000-1, 14.7 and 14.8).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"
#include "worker/pdf/object_writer.hpp"

namespace platen::worker::pdf {

/// Takes elements in reading order and writes each as soon as nothing can be added to it any more.
/// Borrows: the writer. Threads: one. Memory: the elements that are open, 4 bytes for each piece of content.
class Structure {
 public:
  explicit Structure(ObjectWriter& writer);

  /// An element of a level, 1 the outermost: whatever is open of that level or deeper is closed.
  [[nodiscard]] Result<void> open(std::string_view type, std::size_t level, std::string_view alt);
  /// Marked content of a page belongs to the element opened last.
  void add_content(std::uint64_t page_index, ObjectNumber page, std::uint32_t content_id);
  /// Closes all and writes the root, whose number it answers.
  [[nodiscard]] Result<ObjectNumber> finish();

 private:
  struct Element {
    ObjectNumber number = 0;
    ObjectNumber parent = 0;
    std::string type;
    std::string alt;
    std::string kids;
  };
  [[nodiscard]] Result<void> close_to(std::size_t level);

  ObjectWriter& writer_;
  ObjectNumber root_;
  ObjectNumber parent_tree_;
  std::vector<Element> open_;                          ///< the document's own element first
  std::vector<std::vector<ObjectNumber>> by_content_;  ///< by page, by content id: its element
};

}  // namespace platen::worker::pdf
