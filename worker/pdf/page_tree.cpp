#include "worker/pdf/page_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace platen::worker::pdf {

namespace {

constexpr std::uint64_t pages_a_node = 64;

std::string references(ObjectNumber first, std::uint64_t count) {
  std::string list;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) list += ' ';
    append_reference(list, first + static_cast<ObjectNumber>(i));
  }
  return list;
}

}  // namespace

PageTree::PageTree(ObjectWriter& writer, std::uint64_t pages)
    : writer_(writer),
      pages_(pages),
      nodes_(pages > pages_a_node ? static_cast<std::uint32_t>((pages + pages_a_node - 1) / pages_a_node) : 0),
      root_(writer.reserve()),
      first_node_(writer.reserve(nodes_)),
      first_page_(writer.reserve(static_cast<std::uint32_t>(pages))) {}

Result<void> PageTree::write_page(std::uint64_t index, std::string_view entries) {
  const ObjectNumber parent = has_nodes() ? first_node_ + static_cast<ObjectNumber>(index / pages_a_node) : root_;
  return writer_.write(page(index), fmt::format("<</Type/Page/Parent {} 0 R{}>>", parent, entries));
}

Result<void> PageTree::finish(std::string_view inherited) {
  for (std::uint32_t node = 0; node < nodes_; ++node) {
    const std::uint64_t first = node * pages_a_node;
    const std::uint64_t count = std::min(pages_a_node, pages_ - first);
    auto written = writer_.write(first_node_ + node, fmt::format("<</Type/Pages/Parent {} 0 R/Count {}/Kids[{}]>>",
                                                                 root_, count, references(page(first), count)));
    if (!written) return written;
  }
  const std::string kids = has_nodes() ? references(first_node_, nodes_) : references(first_page_, pages_);
  return writer_.write(root_, fmt::format("<</Type/Pages/Count {}{}/Kids[{}]>>", pages_, inherited, kids));
}

}  // namespace platen::worker::pdf
