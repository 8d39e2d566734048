// The pages of a PDF as a shallow tree (ISO 32000-1, 7.7.3).
#pragma once

#include <cstdint>
#include <string_view>

#include "platen/error.hpp"
#include "worker/pdf/object_writer.hpp"

namespace platen::worker::pdf {

/// Numbers all pages before any is written, so that links may lead forward. Borrows: the writer. Threads: one.
class PageTree {
 public:
  PageTree(ObjectWriter& writer, std::uint64_t pages);

  [[nodiscard]] ObjectNumber root() const noexcept { return root_; }
  [[nodiscard]] ObjectNumber page(std::uint64_t index) const noexcept {
    return first_page_ + static_cast<ObjectNumber>(index);
  }
  /// Writes a page; `entries` are those of its dictionary besides /Type and /Parent.
  [[nodiscard]] Result<void> write_page(std::uint64_t index, std::string_view entries);
  /// Writes the tree; `inherited` are entries that all pages share.
  [[nodiscard]] Result<void> finish(std::string_view inherited);

 private:
  [[nodiscard]] bool has_nodes() const noexcept { return nodes_ > 0; }

  ObjectWriter& writer_;
  std::uint64_t pages_;
  std::uint32_t nodes_;  ///< between root and pages; 0 where the root holds all
  ObjectNumber root_;
  ObjectNumber first_node_;
  ObjectNumber first_page_;
};

}  // namespace platen::worker::pdf
