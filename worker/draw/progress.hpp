// How far a report is, told often enough and no more often than that.
#pragma once

#include <chrono>
#include <cstdint>

#include "platen/renderer.hpp"

namespace platen::worker {

/// The work of a report's stages, in one unit: that of drawing a row.
struct StageShares {
  double scan = 0;
  double render = 0;
  double finish = 0;
};

/// What one pass over the rows costs, in that of drawing them (measured).
inline constexpr double survey_share = 0.06;
inline constexpr double measure_share = 0.08;
inline constexpr double wrap_share = 0.08;
inline constexpr double sort_share = 0.2;
inline constexpr double chart_share = 0.08;
inline constexpr double finish_share = 0.01;

/// Turns the steps of a report into Progress: the percentage over all stages (by their shares, never going back; the
/// last percent is left to storing the result), and the time left, from the rate so far.
/// Calls its listener with a Progress at most every 100 ms, and without one every 25 ms, so that a stop is obeyed soon.
/// Threads: one.
class ProgressMeter {
 public:
  explicit ProgressMeter(const Renderer::OnProgress& listener) : listener_(listener) {}

  /// Known once the passes over the data are: before that, percent is 0.
  void plan(const StageShares& shares) noexcept { shares_ = shares; }
  /// From here on `total` of Progress is known.
  void knows_rows(std::uint64_t rows) noexcept { rows_ = rows; }
  /// The next pass begins, of `share` of its stage's work; the one before is done.
  void begin(Stage stage, double share) noexcept;
  /// The pass is at `fraction` (0 to 1). `canceled` when the listener says stop. Cheap: called for every row.
  [[nodiscard]] Result<void> at(double fraction, std::uint64_t rows, std::uint64_t pages);
  /// Nothing new; asks whether to go on.
  [[nodiscard]] Result<void> again() { return at(fraction_, pass_rows_, pages_); }

 private:
  using Steady = std::chrono::steady_clock;

  [[nodiscard]] double share_of(Stage stage) const noexcept;
  [[nodiscard]] Progress snapshot(Steady::time_point now);

  const Renderer::OnProgress& listener_;
  StageShares shares_;
  std::uint64_t rows_ = 0;
  Stage stage_ = Stage::scan;
  double work_before_ = 0;   ///< of all passes that are done
  double stage_before_ = 0;  ///< of those of this stage
  double share_ = 0;         ///< of this pass
  double fraction_ = 0;      ///< of it that is done
  std::uint64_t pass_rows_ = 0;
  std::uint64_t pages_ = 0;
  double percent_ = 0;
  unsigned calls_ = 0;
  Steady::time_point began_ = Steady::now();
  Steady::time_point told_ = began_;
  Steady::time_point asked_ = began_;
};

}  // namespace platen::worker
