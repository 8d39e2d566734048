// The texts below a chart, one for each value of x.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "worker/figures/chart_frame.hpp"

namespace platen::worker {

/// How the texts get their room: level on one line, wrapped, or turned; all of them or every n-th.
struct XLabels {
  double turn = 0;                              ///< in radians: 0, an eighth of a turn upwards, or a quarter
  std::vector<std::vector<std::string>> lines;  ///< one for each x; none where it is left out
  double height = 0;                            ///< what they take below the plot
  double wished_left = 0;                       ///< of the plot, so that turned ones need not be cut
};

/// Chooses the way. `slot` is what each x has, from `plot_left` on; turned texts may take `most_height`.
[[nodiscard]] XLabels plan_x_labels(const ChartFrame& frame, double plot_left, double slot, double most_height);
/// Puts them below `bottom`.
void place_x_labels(ChartFrame& frame, XLabels labels, double bottom);

}  // namespace platen::worker
