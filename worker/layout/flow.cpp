#include "worker/layout/flow.hpp"

#include <algorithm>

namespace platen::worker {

namespace {

constexpr std::uint64_t least_lines = 2;  // of a text or table that stand below what keeps them

/// One run of `flow`. Every step answers false once the last page asked for is full.
class Flow {
 public:
  Flow(const std::vector<Block>& blocks, const Body& body, std::uint64_t pages, PageSink& sink)
      : blocks_(blocks), body_(body), pages_left_(pages), sink_(sink) {}

  Result<void> run(const PageStart& start) {
    std::uint64_t item = start.item;
    if (auto begun = begin_page(start); !begun) return begun;
    for (block_ = start.block; block_ < blocks_.size(); ++block_, item = 0) {
      auto going_on = place_block(blocks_[block_], item);
      if (!going_on) return fail(std::move(going_on).error());
      if (!*going_on) return {};
    }
    return sink_.end_page();
  }

 private:
  Result<void> begin_page(const PageStart& start) {
    y_ = body_.top;
    empty_ = true;
    return sink_.begin_page(start);
  }

  Result<bool> break_page(std::uint64_t next_item) {
    if (auto ended = sink_.end_page(); !ended) return fail(std::move(ended).error());
    if (--pages_left_ == 0) return false;
    const PageStart next{next_item, static_cast<std::uint32_t>(block_)};
    if (auto begun = begin_page(next); !begun) return fail(std::move(begun).error());
    return true;
  }

  [[nodiscard]] bool fits(double height) const {
    constexpr double rounding = 1e-6;
    return empty_ || y_ + height <= body_.bottom + rounding;
  }

  Result<void> place(Item::Kind kind, std::uint64_t index, double height, bool is_continued = false) {
    auto placed = sink_.place({kind, block_, index, y_, height, is_continued});
    y_ += height;
    empty_ = false;
    return placed;
  }

  /// What a block needs on the page on which it begins.
  [[nodiscard]] double lead(std::size_t index) const {
    if (index >= blocks_.size()) return 0;
    const Block& block = blocks_[index];
    const auto few = static_cast<double>(std::min(block.count, least_lines));
    switch (block.kind) {
      case Block::Kind::solid: return block.space_before + block.height + (block.keeps_next ? lead(index + 1) : 0);
      case Block::Kind::lines: return block.space_before + few * block.item_height;
      case Block::Kind::table:
        return block.space_before + block.labels_height + (block.group_starts.empty() ? 0 : block.group_height) +
               (block.count == 0 ? block.empty_height : few * std::max(block.item_height, block.empty_height));
      case Block::Kind::page_break: return 0;
    }
    return 0;
  }

  [[nodiscard]] bool only_breaks_follow() const {
    return std::all_of(blocks_.begin() + static_cast<std::ptrdiff_t>(block_), blocks_.end(),
                       [](const Block& block) { return block.kind == Block::Kind::page_break; });
  }

  Result<bool> place_block(const Block& block, std::uint64_t item) {
    if (block.kind == Block::Kind::page_break) {
      if (empty_ || only_breaks_follow()) return true;
      // The page belongs to what follows: begun from there, it has no break to make.
      return break_page(0);
    }
    const double needed = lead(block_);
    const bool taller_than_any = needed > body_.bottom - body_.top;
    if (item == 0 && !taller_than_any && !fits(needed)) {
      auto going_on = break_page(0);
      if (!going_on || !*going_on) return going_on;
    }
    if (item == 0 && !empty_) y_ += block.space_before;
    switch (block.kind) {
      case Block::Kind::solid: return place_solid(block);
      case Block::Kind::lines: return place_lines(block, item);
      case Block::Kind::table: return place_table(block, item);
      case Block::Kind::page_break: break;
    }
    return true;
  }

  Result<bool> place_solid(const Block& block) {
    if (!fits(block.height)) {
      auto going_on = break_page(0);
      if (!going_on || !*going_on) return going_on;
    }
    if (auto placed = place(Item::Kind::solid, 0, block.height); !placed) return fail(std::move(placed).error());
    return true;
  }

  Result<bool> place_lines(const Block& block, std::uint64_t line) {
    for (; line < block.count; ++line) {
      if (!fits(block.item_height)) {
        auto going_on = break_page(line);
        if (!going_on || !*going_on) return going_on;
      }
      if (auto placed = place(Item::Kind::line, line, block.item_height); !placed)
        return fail(std::move(placed).error());
    }
    return true;
  }

  [[nodiscard]] static double row_height(const Block& block, std::uint64_t row) {
    return block.row_lines.empty() ? block.item_height : block.item_height + block.row_lines[row] * block.line_height;
  }

  Result<bool> place_table(const Block& block, std::uint64_t row) {
    const bool grouped = !block.group_starts.empty();
    auto next_group = std::lower_bound(block.group_starts.begin(), block.group_starts.end(), row);
    bool labels_needed = true;
    for (; row < block.count; ++row) {
      const bool begins = grouped && next_group != block.group_starts.end() && *next_group == row;
      if (begins) ++next_group;
      const bool is_last = row + 1 == block.count;
      const bool ends = grouped && (is_last || (next_group != block.group_starts.end() && *next_group == row + 1));
      const double height = row_height(block, row);
      // The last row takes the totals with it, so that these never stand on a page alone; a group's likewise.
      const double with_totals = height + (ends ? block.subtotals_height : 0) + (is_last ? block.totals_height : 0);
      const double above =
          (labels_needed ? block.labels_height : 0) + (grouped && (begins || labels_needed) ? block.group_height : 0);
      if (!fits(above + with_totals)) {
        auto going_on = break_table(row, labels_needed);
        if (!going_on || !*going_on) return going_on;
        labels_needed = true;
      }
      if (auto placed =
              place_row(block, row, height, {labels_needed, grouped && (begins || labels_needed), !begins, ends});
          !placed)
        return fail(std::move(placed).error());
      labels_needed = false;
    }
    return end_table(block);
  }

  /// What stands with a row.
  struct Around {
    bool labels;
    bool group;
    bool group_is_continued;
    bool subtotals;
  };
  Result<void> place_row(const Block& block, std::uint64_t row, double height, const Around& around) {
    if (around.labels)
      if (auto placed = place(Item::Kind::labels, 0, block.labels_height, row > 0); !placed) return placed;
    if (around.group)
      if (auto placed = place(Item::Kind::group, row, block.group_height, around.group_is_continued); !placed)
        return placed;
    if (auto placed = place(Item::Kind::row, row, height); !placed) return placed;
    if (!around.subtotals || block.subtotals_height == 0) return {};
    return place(Item::Kind::subtotals, row, block.subtotals_height);
  }

  /// Breaks within a table; nothing of it is on the page yet where its labels are still needed.
  Result<bool> break_table(std::uint64_t row, bool labels_needed) {
    if (!labels_needed)
      if (auto placed = place(Item::Kind::table_end, row, 0); !placed) return fail(std::move(placed).error());
    return break_page(row);
  }

  Result<bool> end_table(const Block& block) {
    if (block.count == 0) {
      if (auto placed = place(Item::Kind::labels, 0, block.labels_height); !placed)
        return fail(std::move(placed).error());
      if (auto placed = place(Item::Kind::empty, 0, block.empty_height); !placed)
        return fail(std::move(placed).error());
    }
    if (block.totals_height > 0)
      if (auto placed = place(Item::Kind::totals, 0, block.totals_height); !placed)
        return fail(std::move(placed).error());
    if (auto placed = place(Item::Kind::table_end, block.count, 0); !placed) return fail(std::move(placed).error());
    return true;
  }

  const std::vector<Block>& blocks_;
  const Body& body_;
  std::uint64_t pages_left_;
  PageSink& sink_;
  std::size_t block_ = 0;
  double y_ = 0;
  bool empty_ = true;  ///< nothing stands on this page yet
};

}  // namespace

Result<void> flow(const std::vector<Block>& blocks, const Body& body, const PageStart& start, std::uint64_t pages,
                  PageSink& sink) {
  return Flow(blocks, body, pages, sink).run(start);
}

}  // namespace platen::worker
