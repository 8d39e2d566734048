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
constexpr double own_rate_after = 0.05;   // of a pass: there its own rate counts as much as that of all before

/// What a pass costs one thread, in the time that drawing the table takes it (measured), and whether threads share it.
struct PassCost {
  Stage stage;
  double work;
  bool is_shared;
};

constexpr std::array<PassCost, pass_kinds> costs{{
    {Stage::scan, 0.075, false},   // survey
    {Stage::scan, 0.06, true},     // collect
    {Stage::scan, 0.35, false},    // sort
    {Stage::scan, 0.21, true},     // measure
    {Stage::scan, 0.13, true},     // wrap
    {Stage::render, 1, true},      // draw
    {Stage::finish, 0.01, false},  // finish
}};

std::size_t index_of(Pass pass) { return static_cast<std::size_t>(pass); }

double work_of(std::size_t pass, unsigned threads) { return costs[pass].work * (costs[pass].is_shared ? 1 : threads); }

}  // namespace

double ProgressMeter::work_to_begin() const noexcept {
  double work = 0;
  for (std::size_t pass = 0; pass < pass_kinds; ++pass) work += to_begin_[pass] * work_of(pass, threads_);
  return work;
}

double ProgressMeter::work_to_begin(Stage stage) const noexcept {
  double work = 0;
  for (std::size_t pass = 0; pass < pass_kinds; ++pass)
    if (costs[pass].stage == stage) work += to_begin_[pass] * work_of(pass, threads_);
  return work;
}

void ProgressMeter::plan_drawing(double count) noexcept { to_begin_[index_of(Pass::draw)] = count; }

void ProgressMeter::begin(Pass pass) noexcept {
  const std::size_t index = index_of(pass);
  const Stage stage = costs[index].stage;
  const double rest = share_ + work_to_begin();
  if (rest > 0) percent_before_ += (100 - percent_to_store - percent_before_) * share_ / rest;
  work_before_ += share_;
  stage_before_ = stage == stage_ ? stage_before_ + share_ : 0;
  if (stage != Stage::scan) std::fill_n(to_begin_.begin(), index, 0.0);
  const double count = pass == Pass::draw ? to_begin_[index] : std::min(to_begin_[index], 1.0);
  to_begin_[index] -= count;
  stage_ = stage;
  share_ = count * work_of(index, threads_);
  fraction_ = 0;
  pass_rows_ = 0;
  pass_began_ = clock_();
}

Result<void> ProgressMeter::at(double fraction, std::uint64_t rows, std::uint64_t pages) {
  fraction_ = fraction;
  pass_rows_ = rows;
  pages_ = pages;
  if (++calls_ % calls_a_look != 0) return {};
  const auto now = clock_();
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

ProgressMeter::Milliseconds ProgressMeter::time_left(double fraction, Steady::time_point now) const noexcept {
  const double done = work_before_ + share_ * fraction;
  if (done <= 0) return Milliseconds(0);
  const Milliseconds a_unit = Milliseconds(now - began_) / done;
  // The rate of this pass, as if `own_rate_after` of it had gone at the rate of all.
  const Milliseconds pass =
      (a_unit * (share_ * own_rate_after) + Milliseconds(now - pass_began_)) / (own_rate_after + fraction);
  return pass * (1 - fraction) + a_unit * work_to_begin();
}

Progress ProgressMeter::snapshot(Steady::time_point now) {
  Progress progress;
  progress.stage = stage_;
  progress.pages = pages_;
  progress.total = rows_;
  const double fraction = std::clamp(fraction_, 0.0, 1.0);
  const double stage_work = stage_before_ + share_ + work_to_begin(stage_);
  const double stage_fraction = stage_work > 0 ? (stage_before_ + share_ * fraction) / stage_work : fraction;
  const double counted = rows_ > 0 ? static_cast<double>(rows_) * stage_fraction
                                   : static_cast<double>(pass_rows_) * (stage_work > 0 ? share_ / stage_work : 1);
  progress.done = static_cast<std::uint64_t>(counted);
  const double rest = share_ + work_to_begin();
  if (rest > 0)
    percent_ =
        std::max(percent_, percent_before_ + (100 - percent_to_store - percent_before_) * share_ * fraction / rest);
  progress.percent = std::round(percent_ * 10) / 10;
  if (percent_ >= percent_for_an_eta)
    progress.eta = std::chrono::duration_cast<std::chrono::milliseconds>(time_left(fraction, now));
  return progress;
}

}  // namespace platen::worker
