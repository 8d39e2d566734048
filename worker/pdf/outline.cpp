#include "worker/pdf/outline.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace platen::worker::pdf {

namespace {

constexpr std::size_t open_levels = 1;  // entries of these levels show what belongs to them

/// An entry's place in the tree; node 0 is the root, entry i is node i + 1. 0: none.
struct Node {
  std::size_t parent = 0;
  std::size_t previous = 0;
  std::size_t next = 0;
  std::size_t first = 0;
  std::size_t last = 0;
  std::int64_t visible = 0;  ///< below it, when it is open
};

std::vector<Node> tree_of(const std::vector<OutlineEntry>& entries) {
  std::vector<Node> nodes(entries.size() + 1);
  std::vector<std::size_t> path{0};  // from the root to the last entry
  std::vector<std::size_t> levels;   // of path, without the root
  for (std::size_t i = 0; i < entries.size(); ++i) {
    while (!levels.empty() && levels.back() >= entries[i].level) {
      levels.pop_back();
      path.pop_back();
    }
    const std::size_t self = i + 1;
    const std::size_t parent = path.back();
    nodes[self].parent = parent;
    nodes[self].previous = nodes[parent].last;
    if (nodes[parent].last != 0) nodes[nodes[parent].last].next = self;
    if (nodes[parent].first == 0) nodes[parent].first = self;
    nodes[parent].last = self;
    path.push_back(self);
    levels.push_back(entries[i].level);
  }
  return nodes;
}

}  // namespace

Result<ObjectNumber> write_outline(ObjectWriter& writer, const std::vector<OutlineEntry>& entries) {
  if (entries.empty()) return ObjectNumber{0};
  std::vector<Node> nodes = tree_of(entries);
  for (std::size_t i = nodes.size(); i-- > 1;) {
    const bool is_open = entries[i - 1].level < open_levels;
    nodes[nodes[i].parent].visible += 1 + (is_open ? nodes[i].visible : 0);
  }
  const ObjectNumber root = writer.reserve(static_cast<std::uint32_t>(nodes.size()));
  const auto number = [root](std::size_t node) { return root + static_cast<ObjectNumber>(node); };
  if (auto written = writer.write(root, fmt::format("<</Type/Outlines/First {} 0 R/Last {} 0 R/Count {}>>",
                                                    number(nodes[0].first), number(nodes[0].last), nodes[0].visible));
      !written)
    return fail(std::move(written).error());
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const OutlineEntry& entry = entries[i - 1];
    const Node& node = nodes[i];
    std::string body = "<</Title";
    append_text(body, entry.text);
    body += fmt::format("/Parent {} 0 R", number(node.parent));
    if (node.previous != 0) body += fmt::format("/Prev {} 0 R", number(node.previous));
    if (node.next != 0) body += fmt::format("/Next {} 0 R", number(node.next));
    if (node.first != 0)
      body += fmt::format("/First {} 0 R/Last {} 0 R/Count {}", number(node.first), number(node.last),
                          entry.level < open_levels ? node.visible : -node.visible);
    body += fmt::format("/Dest[{} 0 R/XYZ null {:.2f} null]>>", entry.page, entry.y_pt);
    if (auto written = writer.write(number(i), body); !written) return fail(std::move(written).error());
  }
  return root;
}

}  // namespace platen::worker::pdf
