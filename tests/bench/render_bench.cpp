// How fast a CSV becomes a PDF in one process: `render_bench FILE.csv [-o OUT.pdf] [--threads N] [--repeat N] [--json
// JOB.json]`. JOB.json is a request's `{"report":…}`; without it the report is a title and one table of all columns.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.hpp"
#include "codec/submission_json.hpp"
#include "worker/draw/report.hpp"

namespace {

using namespace platen;
using Seconds = std::chrono::duration<double>;

struct Arguments {
  std::string input;
  std::string output = "/dev/null";
  std::string job;
  int repeat = 1;
  int threads = 1;
};

/// The time that each stage took, as its listener saw it, and what it was told of the time left.
class Watch {
 public:
  void add(const std::optional<Progress>& progress) {
    const auto now = std::chrono::steady_clock::now();
    seconds_[stage_] += Seconds(now - last_).count();
    last_ = now;
    if (!progress) return;
    stage_ = progress->stage;
    went_back_ = went_back_ || progress->percent < percent_;
    percent_ = progress->percent;
    if (progress->eta) told_.push_back({now, *progress->eta});
  }

  [[nodiscard]] double total() const { return Seconds(last_ - began_).count(); }
  [[nodiscard]] double of(Stage stage) const { return seconds_.contains(stage) ? seconds_.at(stage) : 0; }
  [[nodiscard]] bool went_back() const { return went_back_; }

  /// The largest factor between the time left as it was told and as it was, either way: after the first tenth, as long
  /// as there were `least_left` to go. 0: nothing was told.
  [[nodiscard]] double worst_eta() const {
    double worst = 0;
    for (const auto& [at, eta] : told_) {
      const double told = std::max(Seconds(eta).count(), 1e-3);
      const double left = Seconds(last_ - at).count();
      if (Seconds(at - began_).count() < 0.1 * total() || left < least_left.count()) continue;
      worst = std::max({worst, told / left, left / told});
    }
    return worst;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr Seconds least_left{0.1};  // how often progress is told

  Clock::time_point began_ = Clock::now();
  Clock::time_point last_ = began_;
  Stage stage_ = Stage::scan;
  std::map<Stage, double> seconds_;
  double percent_ = 0;
  bool went_back_ = false;
  std::vector<std::pair<Clock::time_point, std::chrono::milliseconds>> told_;
};

std::optional<Arguments> parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const bool has_value = i + 1 < count;
    if (word == "-o" && has_value) {
      arguments.output = words[++i];
    } else if (word == "--repeat" && has_value) {
      arguments.repeat = std::atoi(words[++i]);
    } else if (word == "--threads" && has_value) {
      arguments.threads = std::atoi(words[++i]);
    } else if (word == "--json" && has_value) {
      arguments.job = words[++i];
    } else if (arguments.input.empty() && word.substr(0, 1) != "-") {
      arguments.input = word;
    } else {
      return std::nullopt;
    }
  }
  if (arguments.input.empty() || arguments.repeat < 1 || arguments.threads < 1) return std::nullopt;
  return arguments;
}

Result<RenderSpec> spec_of(const Arguments& arguments) {
  RenderSpec plain;
  plain.report.title = "Orders report";
  if (arguments.job.empty()) return plain;
  const auto text = read_file(arguments.job, 1 << 20);
  if (!text) return fail(text.error());
  auto request = codec::decode_request(*text, UploadId{"upl_00000000000000000000000000"});
  if (!request) return fail(request.error());
  return std::move(request->render);
}

Result<Rendered> run_once(worker::Fonts& fonts, const Arguments& arguments, const RenderSpec& spec) {
  const Fd data(::open(arguments.input.c_str(), O_RDONLY | O_CLOEXEC));
  const Fd output(::open(arguments.output.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!data || !output) return fail(Errc::not_found, "cannot open " + (data ? arguments.output : arguments.input));
  const Fd scratch(::open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));  // for what is sorted
  Watch watch;
  const worker::DrawOrder order{.spec = spec,
                                .data = &data,
                                .output = output,
                                .created_at = {},
                                .scratch = scratch ? &scratch : nullptr,
                                .threads = static_cast<unsigned>(arguments.threads)};
  auto rendered = worker::draw_report(fonts, order, [&](const auto& progress) {
    watch.add(progress);
    return Command::go_on;
  });
  if (!rendered) return rendered;
  watch.add(std::nullopt);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print(
      "{:.3f} s  {:.0f} rows/s  {} rows  {} pages  peak {} MiB  scan {:.2f} s  render {:.2f} s  finish {:.2f} s  eta "
      "within {:.2f}{}\n",
      watch.total(), static_cast<double>(rendered->rows) / watch.total(), rendered->rows, rendered->pages,
      usage.ru_maxrss / 1024, watch.of(Stage::scan), watch.of(Stage::render), watch.of(Stage::finish),
      watch.worst_eta(), watch.went_back() ? "  PERCENT WENT BACK" : "");
  return rendered;
}

}  // namespace

int main(int count, char** words) {
  const auto arguments = parse(count, words);
  if (!arguments) {
    std::fputs("usage: render_bench FILE.csv [-o OUT.pdf] [--threads N] [--repeat N] [--json JOB.json]\n", stderr);
    return 2;
  }
  const auto spec = spec_of(*arguments);
  worker::Fonts fonts;
  worker::warm_up(fonts);
  for (int i = 0; spec && i < arguments->repeat; ++i) {
    const auto rendered = run_once(fonts, *arguments, *spec);
    if (rendered) continue;
    fmt::print(stderr, "{}\n", rendered.error().detail);
    return 1;
  }
  if (!spec) fmt::print(stderr, "{}\n", spec.error().detail);
  return spec ? 0 : 1;
}
