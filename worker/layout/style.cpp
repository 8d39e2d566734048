#include "worker/layout/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace platen::worker {

namespace {

constexpr Rgb white{1, 1, 1};
constexpr Rgb black{0, 0, 0};
constexpr Rgb quiet{0.38, 0.41, 0.46};
constexpr Rgb hairline{0.85, 0.87, 0.89};
constexpr double readable_contrast = 4.5;  // WCAG 2.1, level AA
constexpr double least_body_pt = 60;       // a page with less room for its body draws nothing useful

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

double luminance(const Rgb& colour) {
  const auto linear = [](double part) {
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

Palette palette_of(const Rgb& accent, const Rgb& ink) {
  Palette palette;
  palette.accent = accent;
  palette.ink = readable_on(white, ink);
  palette.on_accent = contrast(accent, white) >= readable_contrast ? white : palette.ink;
  if (contrast(accent, palette.on_accent) < readable_contrast)
    palette.on_accent = contrast(accent, white) > contrast(accent, black) ? white : black;
  palette.quiet = quiet;
  palette.heading = readable_on(white, accent);
  palette.stripe = mixed(white, mixed(accent, palette.ink, 0.5), 0.045);
  palette.total = mixed(white, mixed(accent, palette.ink, 0.4), 0.11);
  palette.hairline = hairline;
  return palette;
}

std::pair<double, double> portrait_mm(PageSize size) {
  switch (size) {
    case PageSize::a3: return {297, 420};
    case PageSize::a4: return {210, 297};
    case PageSize::a5: return {148, 210};
    case PageSize::letter: return {215.9, 279.4};
    case PageSize::legal: return {215.9, 355.6};
  }
  return {210, 297};
}

Frame frame_of(const ReportSpec& report, const Metrics& metrics) {
  const PageSpec& page = report.page;
  auto [across, down] = portrait_mm(page.size);
  if (page.orientation == Orientation::landscape) std::swap(across, down);
  const Margins& margin = page.margin;
  Frame frame;
  frame.width = across * points_per_mm;
  frame.height = down * points_per_mm;
  frame.left = margin.left_mm * points_per_mm;
  frame.right = frame.width - margin.right_mm * points_per_mm;
  frame.top = margin.top_mm * points_per_mm;
  // The footer lies within the bottom margin's inner edge, so that the sheet looks evenly framed.
  frame.footer_baseline = frame.height - margin.bottom_mm * points_per_mm;
  frame.footer_rule = frame.footer_baseline - 1.7 * metrics.footer;
  frame.bottom = frame.footer_rule - 0.8 * metrics.footer;
  frame.logo_height = 2.2 * metrics.footer;
  if (report.footer && !report.footer->logo.empty()) {
    frame.footer_rule -= frame.logo_height - metrics.footer;
    frame.bottom -= frame.logo_height - metrics.footer;
  }
  if (report.header) {
    const double line = report.header->logo.empty() ? metrics.footer : frame.logo_height;
    frame.header_baseline = frame.top + line;
    frame.header_rule = frame.header_baseline + 0.7 * metrics.footer;
    frame.top = frame.header_rule + 1.2 * metrics.footer;
  }
  return frame;
}

}  // namespace

Result<Rgb> parse_colour(std::string_view text) {
  const auto refuse = [&] {
    return fail(Errc::invalid_report, fmt::format("{} is not a colour of the form #rrggbb", text));
  };
  if (text.size() != 7 || text[0] != '#') return refuse();
  double parts[3];
  for (std::size_t i = 0; i < 3; ++i) {
    const int high = hex_digit(text[1 + 2 * i]);
    const int low = hex_digit(text[2 + 2 * i]);
    if (high < 0 || low < 0) return refuse();
    parts[i] = (16 * high + low) / 255.0;
  }
  return Rgb{parts[0], parts[1], parts[2]};
}

Rgb readable_on(const Rgb& ground, Rgb colour) {
  const Rgb& towards = contrast(ground, black) > contrast(ground, white) ? black : white;
  for (int step = 0; step < 40 && contrast(ground, colour) < readable_contrast; ++step)
    colour = mixed(colour, towards, 0.1);
  return colour;
}

double contrast(const Rgb& left, const Rgb& right) {
  const double first = luminance(left);
  const double second = luminance(right);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

Rgb mixed(const Rgb& from, const Rgb& to, double share) {
  const auto between = [share](double a, double b) { return a + (b - a) * share; };
  return {between(from.red, to.red), between(from.green, to.green), between(from.blue, to.blue)};
}

Metrics scaled_cells(const Metrics& metrics, double text_pt) {
  Metrics scaled = metrics;
  scaled.text = text_pt;
  scaled.line = 1.2 * text_pt;
  scaled.pad_x = 0.55 * text_pt;
  scaled.pad_y = 0.2 * text_pt;
  scaled.labels_pad = 0.4 * text_pt;
  return scaled;
}

Result<Style> style_of(const ReportSpec& report) {
  auto accent = parse_colour(report.theme.accent);
  if (!accent) return fail(std::move(accent).error());
  const auto text = report.theme.text.empty() ? Result<Rgb>(Palette{}.ink) : parse_colour(report.theme.text);
  if (!text) return fail(text.error());
  const double size = report.theme.size_pt;
  Style style;
  style.palette = palette_of(*accent, *text);
  Metrics& metrics = style.metrics;
  metrics = scaled_cells(metrics, size);
  metrics.title = std::clamp(2.5 * size, 16.0, 40.0);
  metrics.subtitle = std::clamp(1.4 * size, 10.0, 24.0);
  metrics.meta = std::max(size, 7.0);
  metrics.heading[0] = std::max(1.75 * size, 12.0);
  metrics.heading[1] = std::max(1.4 * size, 10.0);
  metrics.heading[2] = std::max(1.2 * size, 9.0);
  metrics.paragraph = std::max(1.15 * size, 8.0);
  metrics.paragraph_line = 1.5 * metrics.paragraph;
  metrics.footer = std::clamp(0.875 * size, 6.0, 12.0);
  style.frame = frame_of(report, metrics);
  if (style.frame.body_width() < least_body_pt || style.frame.body_height() < least_body_pt + 6 * metrics.title)
    return fail(Error{Errc::invalid_report,
                      "the margins and the font size leave no room on the page",
                      {{"/report/page", "use a larger page, a smaller margin or a smaller font"}}});
  return style;
}

}  // namespace platen::worker
