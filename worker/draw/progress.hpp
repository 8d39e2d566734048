// How far a report is, told often enough and no more often than that.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

#include "platen/renderer.hpp"

namespace platen::worker {

/// What is done with all rows at a time, in the order in which a table meets it.
enum class Pass : std::uint8_t { survey, collect, sort, measure, wrap, draw, finish };
inline constexpr std::size_t pass_kinds = 7;

/// How often each pass is made, by Pass. A fraction stands for a lighter one: drawing is 1 for a table whose lines are
/// its rows.
using PassCounts = std::array<double, pass_kinds>;

/// Turns the steps of a report into Progress: the percentage over all passes (by what they cost, never going back; the
/// last percent is left to storing the result), and the time left. That comes from the rate so far, and for the pass
/// that is running, the more of it is done, from its own.
/// Calls its listener with a Progress at most every 100 ms, and without one every 25 ms, so that a stop is obeyed soon.
/// Threads: one.
class ProgressMeter {
 public:
  using Steady = std::chrono::steady_clock;
  using Clock = std::function<Steady::time_point()>;

  /// `threads`: that share the passes that can be shared.
  ProgressMeter(const Renderer::OnProgress& listener, unsigned threads, Clock clock = Steady::now)
      : listener_(listener), threads_(threads), clock_(std::move(clock)) {}

  /// The passes that are still to begin. Before it is called, percent is 0; may be called again when more is known: the
  /// percentage goes on from where it is.
  void plan(const PassCounts& counts) noexcept { to_begin_ = counts; }
  /// As plan(), for the drawing only.
  void plan_drawing(double count) noexcept;
  /// From here on `total` of Progress is known.
  void knows_rows(std::uint64_t rows) noexcept { rows_ = rows; }
  /// The next pass begins, the one before is done. All drawing is one pass, and what stood before it is over.
  void begin(Pass pass) noexcept;
  /// The pass is at `fraction` (0 to 1). `canceled` when the listener says stop. Cheap: called for every row.
  [[nodiscard]] Result<void> at(double fraction, std::uint64_t rows, std::uint64_t pages);
  /// Nothing new; asks whether to go on.
  [[nodiscard]] Result<void> again() { return at(fraction_, pass_rows_, pages_); }

 private:
  using Milliseconds = std::chrono::duration<double, std::milli>;

  /// Of the passes to begin: of all, or of those of one stage.
  [[nodiscard]] double work_to_begin() const noexcept;
  [[nodiscard]] double work_to_begin(Stage stage) const noexcept;
  [[nodiscard]] Milliseconds time_left(double fraction, Steady::time_point now) const noexcept;
  [[nodiscard]] Progress snapshot(Steady::time_point now);

  const Renderer::OnProgress& listener_;
  const unsigned threads_;
  const Clock clock_;
  PassCounts to_begin_{};  ///< of each pass, what has not begun
  std::uint64_t rows_ = 0;
  Stage stage_ = Stage::scan;
  // Work is in the time of drawing a table by all threads.
  double work_before_ = 0;   ///< of all passes that are done
  double stage_before_ = 0;  ///< of those of this stage
  double share_ = 0;         ///< of this pass
  double fraction_ = 0;      ///< of it that is done
  double percent_before_ = 0;
  std::uint64_t pass_rows_ = 0;
  std::uint64_t pages_ = 0;
  double percent_ = 0;
  unsigned calls_ = 0;
  Steady::time_point began_ = clock_();
  Steady::time_point pass_began_ = began_;
  Steady::time_point told_ = began_;
  Steady::time_point asked_ = began_;
};

}  // namespace platen::worker
