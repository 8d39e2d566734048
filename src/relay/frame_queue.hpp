// The frames that a stream has for the kernel.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "relay/frame.hpp"

namespace platen::relay {

/// In the order in which they go out. One alone, which is what a fan-out gives to everybody, takes no memory of its
/// own, and an empty queue holds none.
/// Owns: its share of the frames. Threads: the hub's loop.
class FrameQueue {
 public:
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept {
    if (empty()) return 0;
    return rest_ ? 1 + rest_->size() : 1;
  }
  [[nodiscard]] const Frame& operator[](std::size_t index) const { return index == 0 ? *first_ : *(*rest_)[index - 1]; }
  void push_back(const FramePtr& frame) {
    if (empty()) {
      first_ = frame;
      return;
    }
    if (!rest_) rest_ = std::make_unique<std::vector<FramePtr>>();
    rest_->push_back(frame);
  }
  void erase(std::size_t index) {
    if (index == 0) return erase_first(1);
    rest_->erase(rest_->begin() + static_cast<std::ptrdiff_t>(index - 1));
  }
  /// The first `count`, of which there are as many.
  void erase_first(std::size_t count) {
    if (count == 0) return;
    if (count == size()) return clear();
    first_ = std::move((*rest_)[count - 1]);
    rest_->erase(rest_->begin(), rest_->begin() + static_cast<std::ptrdiff_t>(count));
  }
  void clear() noexcept {
    first_.reset();
    rest_.reset();
  }

 private:
  FramePtr first_;
  std::unique_ptr<std::vector<FramePtr>> rest_;  ///< a pointer, because few streams have any
};

}  // namespace platen::relay
