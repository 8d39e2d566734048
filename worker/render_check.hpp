// `platen-render --check`: whether reports can be drawn here, and in which scripts.
#pragma once

#include "worker/confine/confine.hpp"

namespace platen::worker {

/// Confines this process as for a worker and draws a page for each of some scripts. Prints `confinement=…` and
/// `scripts-without-font=…`, the names with commas between. The exit status. Throws what drawing throws.
[[nodiscard]] int check_rendering(Confinement confinement);

}  // namespace platen::worker
