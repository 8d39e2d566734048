#include "worker/draw/progress.hpp"

#include <algorithm>
#include <cmath>

namespace platen::worker {

namespace {

constexpr std::chrono::milliseconds tell_every{100};
constexpr std::chrono::milliseconds ask_every{25};
constexpr unsigned calls_a_look = 8;      // at the clock
constexpr double percent_to_store = 1;    // left for what comes after drawing
constexpr double percent_for_an_eta = 2;  // before that the rate says nothing

}  // namespace

double ProgressMeter::share_of(Stage stage) const noexcept {
  switch (stage) {
    case Stage::scan: return shares_.scan;
    case Stage::render: return shares_.render;
    case Stage::finish: return shares_.finish;
    case Stage::store: return 0;
  }
  return 0;
}

void ProgressMeter::begin(Stage stage, double share) noexcept {
  work_before_ += share_;
  stage_before_ = stage == stage_ ? stage_before_ + share_ : 0;
  stage_ = stage;
  share_ = share;
  fraction_ = 0;
  pass_rows_ = 0;
}

Result<void> ProgressMeter::at(double fraction, std::uint64_t rows, std::uint64_t pages) {
  fraction_ = fraction;
  pass_rows_ = rows;
  pages_ = pages;
  if (++calls_ % calls_a_look != 0) return {};
  const auto now = Steady::now();
  if (now - asked_ < ask_every) return {};
  asked_ = now;
  Command answer = Command::go_on;
  if (now - told_ >= tell_every) {
    told_ = now;
    answer = listener_(snapshot(now));
  } else {
    answer = listener_(std::nullopt);
  }
  if (answer == Command::stop) return fail(Errc::canceled, "the report was canceled while it was being made");
  return {};
}

Progress ProgressMeter::snapshot(Steady::time_point now) {
  Progress progress;
  progress.stage = stage_;
  progress.pages = pages_;
  progress.total = rows_;
  const double fraction = std::clamp(fraction_, 0.0, 1.0);
  const double stage_work = share_of(stage_);
  const double stage_fraction = stage_work > 0 ? (stage_before_ + share_ * fraction) / stage_work : fraction;
  const double counted = rows_ > 0 ? static_cast<double>(rows_) * stage_fraction
                                   : static_cast<double>(pass_rows_) * (stage_work > 0 ? share_ / stage_work : 1);
  progress.done = static_cast<std::uint64_t>(counted);
  const double all = shares_.scan + shares_.render + shares_.finish;
  if (all > 0) percent_ = std::max(percent_, (100 - percent_to_store) * (work_before_ + share_ * fraction) / all);
  progress.percent = std::round(percent_ * 10) / 10;
  if (percent_ >= percent_for_an_eta) {
    const double elapsed = std::chrono::duration<double, std::milli>(now - began_).count();
    progress.eta = std::chrono::milliseconds(std::llround(elapsed * (100 - percent_) / percent_));
  }
  return progress;
}

}  // namespace platen::worker
