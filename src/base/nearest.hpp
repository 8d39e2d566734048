// "Did you mean …?": the known name that an unknown one comes nearest to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace platen {

/// How many single letters must be put in, left out, replaced or swapped with their neighbour to make one name
/// of the other (the optimal string alignment distance); upper and lower case are the same (ASCII).
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right);

/// The nearest of `known`, the first of equals; nullopt when none shares half of its letters with `name`.
/// The view is into `known`. Threads: any.
template <class Names>
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view name, const Names& known) {
  std::optional<std::string_view> best;
  std::size_t least = 0;
  for (const auto& entry : known) {
    const std::string_view candidate(entry);
    const std::size_t distance = edit_distance(name, candidate);
    if (2 * distance > std::max(name.size(), candidate.size())) continue;
    if (best && distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}

/// ` Did you mean 'x'?` to put after a sentence; empty when nothing is near.
template <class Names>
[[nodiscard]] std::string did_you_mean(std::string_view name, const Names& known) {
  const auto best = nearest(name, known);
  return best ? " Did you mean '" + std::string(*best) + "'?" : std::string();
}

}  // namespace platen
