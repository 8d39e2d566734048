#include "worker/draw/fonts.hpp"

#include <fmt/format.h>

#include "platen/report.hpp"

namespace platen::worker {

namespace {
constexpr std::size_t most_faces = 48;  // about 120 KiB each
}  // namespace

Face& Fonts::face(const std::string& family, Weight weight, double size_pt) {
  return faces_.try_emplace({family, weight, size_pt}, family, weight, size_pt).first->second;
}

Result<void> Fonts::require(const std::string& family) {
  if (shaper_.has_family(family)) return {};
  return fail(Error{
      Errc::invalid_report,
      fmt::format("the font '{}' is not installed where reports are drawn; the default is '{}'", family, Theme{}.font),
      {{"/report/theme/font", fmt::format("no font '{}' is installed", family)}}});
}

void Fonts::trim() {
  if (faces_.size() > most_faces) faces_.clear();
}

}  // namespace platen::worker
