// The fonts of a process, opened once and kept warm from report to report.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "platen/error.hpp"
#include "worker/draw/face.hpp"
#include "worker/draw/shaper.hpp"

namespace platen::worker {

/// Owns: every Face and the Shaper. Threads: one.
class Fonts {
 public:
  /// The face of an installed family; made when first asked for, the same object ever after, until `trim`.
  [[nodiscard]] Face& face(const std::string& family, Weight weight, double size_pt);
  /// `invalid_report` naming the family and the default one, where fontconfig does not have it.
  [[nodiscard]] Result<void> require(const std::string& family);
  [[nodiscard]] Shaper& shaper() noexcept { return shaper_; }
  /// Between reports: lets go of all faces once there are more than a few reports' worth.
  void trim();

 private:
  Shaper shaper_;
  std::map<std::tuple<std::string, Weight, double>, Face> faces_;
};

}  // namespace platen::worker
