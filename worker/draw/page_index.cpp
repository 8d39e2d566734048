#include <algorithm>
#include <variant>

#include "worker/draw/document.hpp"

namespace platen::worker {

namespace {

/// Counts pages and notes on which of them the landmarks stand.
class PageCounter final : public PageSink {
 public:
  PageCounter(const ReportSpec& report, Document& document) : report_(report), document_(document) {
    document_.first_sheets.push_back(0);
  }

  Result<void> begin_page(const PageStart& start) override {
    document_.pages.push_back(start);
    strips_ = 1;
    return {};
  }

  Result<void> place(const Item& item) override {
    const Part& part = document_.parts[item.block];
    if (std::holds_alternative<TitlePart>(part) && !report_.title.empty()) {
      note({report_.title, 0, sheet(), item.y});
    } else if (const auto* heading = std::get_if<HeadingPart>(&part); heading != nullptr) {
      if (is_landmark(item.block)) place_heading(item.y);
    } else if (const auto* table = std::get_if<TablePart>(&part)) {
      strips_ = std::max<std::uint64_t>(strips_, table->table.strips.size());
      if (item.kind == Item::Kind::group && !item.is_continued) place_group(table->table, item);
    }
    return {};
  }

  Result<void> end_page() override {
    document_.first_sheets.push_back(document_.first_sheets.back() + strips_);
    return {};
  }

 private:
  [[nodiscard]] std::uint64_t sheet() const { return document_.first_sheets.back(); }
  [[nodiscard]] std::size_t base_level() const { return report_.title.empty() ? 0 : 1; }
  [[nodiscard]] bool is_landmark(std::size_t block) const {
    return std::get<HeadingPart>(document_.parts[block]).is_landmark;
  }

  void place_heading(double y) {
    Landmark& heading = document_.headings[next_heading_++];
    heading.page = sheet();
    heading.y = y;
    level_ = base_level() + heading.level;
    note({heading.text, level_, heading.page, y});
    ++level_;
  }

  void place_group(const Table& table, const Item& item) {
    if (group_block_ != item.block) {
      group_block_ = item.block;
      next_group_ = 0;
    }
    if (next_group_ >= table.group_names.size()) return;
    const std::string& name = table.group_names[next_group_++];
    const std::size_t level = level_ == 0 ? base_level() : level_;
    note({name.empty() ? "–" : name, level, sheet(), item.y});
  }

  void note(Landmark landmark) { document_.outline.push_back(std::move(landmark)); }

  const ReportSpec& report_;
  Document& document_;
  std::uint64_t strips_ = 1;
  std::size_t next_heading_ = 0;
  std::size_t level_ = 0;  ///< of what stands below the last heading; 0: there was none
  std::size_t group_block_ = static_cast<std::size_t>(-1);
  std::size_t next_group_ = 0;
};

}  // namespace

Result<void> number_pages(const ReportSpec& report, Document& document) {
  PageCounter counter(report, document);
  const Body body{document.style.frame.top, document.style.frame.bottom};
  return flow(document.blocks, body, {}, all_pages, counter);
}

}  // namespace platen::worker
