#include "worker/data/row_order.hpp"

#include <cstring>
#include <type_traits>
#include <utility>

namespace platen::worker {

static_assert(std::is_trivially_copyable_v<Position>);

Position RowOrder::at(std::uint64_t index) const noexcept {
  if (!kept_.empty()) return kept_[index];
  Position position;
  std::memcpy(&position, mapped_.data() + index * sizeof position, sizeof position);
  return position;
}

Result<void> RowOrderWriter::add(const Position& position) {
  positions_.push_back(position);
  ++size_;
  return scratch_ != nullptr && positions_.size() == most_kept ? flush() : Result<void>{};
}

Result<void> RowOrderWriter::flush() {
  if (!file_) {
    auto opened = ScratchFile::open(*scratch_);
    if (!opened) return fail(opened.error());
    file_ = *opened;
    file_->align_to_page();
    begin_ = file_->end();
  }
  const auto* const bytes = reinterpret_cast<const char*>(positions_.data());
  if (auto written = file_->append({bytes, positions_.size() * sizeof(Position)}); !written) return written;
  positions_.clear();
  return {};
}

Result<RowOrder> RowOrderWriter::finish(std::uint64_t skipped_rows, std::uint64_t replaced) && {
  RowOrder order;
  order.size_ = size_;
  order.skipped_rows_ = skipped_rows;
  order.replaced_ = replaced;
  if (!file_) {
    order.kept_ = std::move(positions_);
    return order;
  }
  if (auto written = flush(); !written) return fail(written.error());
  auto mapped = MappedPart::map(*scratch_, begin_, size_ * sizeof(Position));
  if (!mapped) return fail(mapped.error());
  order.mapped_ = *std::move(mapped);
  return order;
}

Result<bool> SortedRows::next(Row& row) {
  if (next_ == order_.size()) return false;
  source_.seek(order_.at(next_));
  const auto found = source_.next(row);
  if (!found) return found;
  if (!*found) return fail(Errc::internal, "the data has fewer rows than when it was sorted");
  ++next_;
  return true;
}

void SortedRows::seek(const Position& position) { begin_ = next_ = position.offset; }

}  // namespace platen::worker
