#include "worker/figures/chart_colours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

namespace platen::worker {

namespace {

constexpr Rgb white{1, 1, 1};
constexpr Rgb rest{0.72, 0.74, 0.77};
constexpr double radians = std::numbers::pi / 180;
/// Around the accent's hue, so that neighbours are far apart and blue goes with orange.
constexpr std::array<double, 11> hue_steps = {0, 165, -60, 50, -155, 100, -105, 135, 25, -30, 75};
constexpr double most_lightness = 0.83;
constexpr double least_chroma = 0.03;  // below it the accent is gray

/// A colour by how it looks: lightness 0 to 1, chroma from 0 (gray), hue in degrees. Björn Ottosson, "A perceptual
/// color space for image processing" (2020).
struct Oklch {
  double lightness = 0;
  double chroma = 0;
  double hue = 0;
};

double linear(double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); }
double encoded(double part) { return part <= 0.0031308 ? 12.92 * part : 1.055 * std::pow(part, 1 / 2.4) - 0.055; }

Oklch oklch_of(const Rgb& colour) {
  const double r = linear(colour.red);
  const double g = linear(colour.green);
  const double b = linear(colour.blue);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const double a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
  const double c = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, std::hypot(a, c), std::atan2(c, a) / radians};
}

Rgb linear_rgb(const Oklch& colour) {
  const double a = colour.chroma * std::cos(colour.hue * radians);
  const double b = colour.chroma * std::sin(colour.hue * radians);
  const double l = std::pow(colour.lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(colour.lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(colour.lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
          -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

/// The colour, as vivid as a screen can show it.
Rgb rgb_of(Oklch colour) {
  const auto shown = [](double part) { return part >= -1e-4 && part <= 1 + 1e-4; };
  Rgb rgb = linear_rgb(colour);
  for (int step = 0; step < 40 && !(shown(rgb.red) && shown(rgb.green) && shown(rgb.blue)); ++step) {
    colour.chroma *= 0.93;
    rgb = linear_rgb(colour);
  }
  const auto part = [](double value) { return encoded(std::clamp(value, 0.0, 1.0)); };
  return {part(rgb.red), part(rgb.green), part(rgb.blue)};
}

/// How light a hue is at its most vivid: yellow light, blue dark. Brown and olive, its dark relatives, please nobody.
double natural_lightness(double hue) { return std::cos((hue - 100) * radians); }

/// Evenly spaced levels, one for each hue: the first hue has the accent's own, the others by their nature.
std::vector<double> lightness_levels(const Oklch& accent, std::size_t count) {
  const double low = count > 6 ? 0.42 : 0.48;
  const double step = count > 1 ? (most_lightness - low) / static_cast<double>(count - 1) : 0;
  std::vector<double> levels(count);
  for (std::size_t i = 0; i < count; ++i) levels[i] = low + static_cast<double>(i) * step;
  const auto distance = [&](double level) { return std::abs(level - accent.lightness); };
  levels.erase(std::min_element(levels.begin(), levels.end(),
                                [&](double left, double right) { return distance(left) < distance(right); }));
  std::vector<std::size_t> hues(count - 1);
  std::iota(hues.begin(), hues.end(), 1U);
  std::sort(hues.begin(), hues.end(), [&](std::size_t left, std::size_t right) {
    return natural_lightness(accent.hue + hue_steps[left]) < natural_lightness(accent.hue + hue_steps[right]);
  });
  std::vector<double> level_of(count, accent.lightness);
  for (std::size_t i = 0; i < hues.size(); ++i) level_of[hues[i]] = levels[i];
  return level_of;
}

}  // namespace

std::vector<Rgb> mark_colours(const Rgb& accent, std::size_t count, bool has_rest) {
  std::vector<Rgb> colours;
  const std::size_t hues = has_rest && count > 0 ? count - 1 : count;
  Oklch own = oklch_of(accent);
  const bool darkened = own.lightness > most_lightness;
  own.lightness = std::min(own.lightness, most_lightness);
  const std::size_t distinct = std::clamp<std::size_t>(hues, 1, hue_steps.size());
  const std::vector<double> levels = lightness_levels(own, distinct);
  const double chroma = own.chroma < least_chroma ? 0.09 : std::clamp(own.chroma, 0.1, 0.15);
  for (std::size_t i = 0; i < hues; ++i) {
    const std::size_t step = i % distinct;  // past so many, colours come again
    if (step == 0)
      colours.push_back(darkened ? rgb_of(own) : accent);
    else
      colours.push_back(rgb_of({levels[step], chroma, own.hue + hue_steps[step]}));
  }
  if (hues < count) colours.push_back(rest);
  return colours;
}

Rgb text_on(const Rgb& ground, const Palette& palette) {
  return contrast(ground, white) >= contrast(ground, palette.ink) ? white : palette.ink;
}

}  // namespace platen::worker
