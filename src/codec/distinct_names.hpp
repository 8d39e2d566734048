// The names that one JSON object has used so far. Private to codec.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace platen::codec {

/// A set of names that is cheap for the few members that objects mostly have, and stays linear for many.
class DistinctNames {
 public:
  void clear() noexcept {
    used_ = 0;
    many_.clear();
  }
  /// False when the name was there already.
  [[nodiscard]] bool add(std::string_view name);

 private:
  std::vector<std::string> few_;  // the first `used_` count; the rest keep their memory for the next object
  std::size_t used_ = 0;
  std::unordered_set<std::string> many_;
};

}  // namespace platen::codec
