#include "worker/pdf/structure.hpp"

#include <fmt/format.h>

namespace platen::worker::pdf {

Structure::Structure(ObjectWriter& writer) : writer_(writer), root_(writer.reserve()), parent_tree_(writer.reserve()) {
  open_.push_back({writer.reserve(), root_, "Document", {}, {}});
}

Result<void> Structure::close_to(std::size_t level) {
  while (open_.size() > level) {
    const Element& element = open_.back();
    std::string body =
        fmt::format("<</Type/StructElem/S/{}/P {} 0 R/K[{}]", element.type, element.parent, element.kids);
    if (element.type == "TH") body += "/A<</O/Table/Scope/Column>>";
    if (!element.alt.empty()) {
      body += "/Alt";
      append_text(body, element.alt);
    }
    body += ">>";
    if (auto written = writer_.write(element.number, body); !written) return written;
    open_.pop_back();
  }
  return {};
}

Result<void> Structure::open(std::string_view type, std::size_t level, std::string_view alt) {
  if (auto closed = close_to(level); !closed) return closed;
  const ObjectNumber number = writer_.reserve();
  Element& parent = open_.back();
  append_reference(parent.kids, number);
  parent.kids += ' ';
  open_.push_back({number, parent.number, std::string(type), std::string(alt), {}});
  return {};
}

void Structure::add_content(std::uint64_t page_index, ObjectNumber page, std::uint32_t content_id) {
  open_.back().kids += fmt::format("<</Type/MCR/Pg {} 0 R/MCID {}>> ", page, content_id);
  if (by_content_.size() <= page_index) by_content_.resize(page_index + 1);
  std::vector<ObjectNumber>& elements = by_content_[page_index];
  if (elements.size() <= content_id) elements.resize(content_id + 1);
  elements[content_id] = open_.back().number;
}

Result<ObjectNumber> Structure::finish() {
  const ObjectNumber document = open_.front().number;
  if (auto closed = close_to(0); !closed) return fail(std::move(closed).error());
  std::string numbers;
  for (std::size_t page = 0; page < by_content_.size(); ++page) {
    std::string list;
    for (const ObjectNumber element : by_content_[page]) {
      append_reference(list, element);
      list += ' ';
    }
    const ObjectNumber array = writer_.reserve();
    if (auto written = writer_.write(array, "[" + list + "]"); !written) return fail(std::move(written).error());
    numbers += fmt::format("{} {} 0 R ", page, array);
  }
  if (auto written = writer_.write(parent_tree_, fmt::format("<</Nums[{}]>>", numbers)); !written)
    return fail(std::move(written).error());
  if (auto written =
          writer_.write(root_, fmt::format("<</Type/StructTreeRoot/K {} 0 R/ParentTree {} 0 R/ParentTreeNextKey {}>>",
                                           document, parent_tree_, by_content_.size()));
      !written)
    return fail(std::move(written).error());
  return root_;
}

}  // namespace platen::worker::pdf
