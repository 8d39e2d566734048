// What a worker has done, counted over its slots.
#pragma once

#include "base/guarded.hpp"
#include "platen/observation.hpp"

namespace platen::worker {

/// Threads: any.
class Tally {
 public:
  /// `change` gets the totals, to add to.
  template <class Change>
  void add(Change change) {
    change(*totals_.lock());
  }
  [[nodiscard]] WorkerTotals totals() { return *totals_.lock(); }

 private:
  Guarded<WorkerTotals> totals_;
};

}  // namespace platen::worker
