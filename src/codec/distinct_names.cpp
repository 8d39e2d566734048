#include "codec/distinct_names.hpp"

#include <algorithm>

namespace platen::codec {

namespace {
constexpr std::size_t few_names = 32;  // up to here, comparing with each beats hashing
}

bool DistinctNames::add(std::string_view name) {
  const auto end = few_.begin() + static_cast<std::ptrdiff_t>(used_);
  if (std::find(few_.begin(), end, name) != end) return false;
  if (used_ == few_names) return many_.emplace(name).second;
  if (used_ == few_.size())
    few_.emplace_back(name);
  else
    few_[used_].assign(name);
  ++used_;
  return true;
}

}  // namespace platen::codec
