// How a report looks: colours, sizes and distances, all derived from its theme and page.
#pragma once

#include <cstddef>
#include <string_view>

#include "platen/error.hpp"
#include "platen/report.hpp"

namespace platen::worker {

/// A colour, each part 0 to 1 (sRGB).
struct Rgb {
  double red = 0;
  double green = 0;
  double blue = 0;
  friend bool operator==(const Rgb&, const Rgb&) = default;
};

/// Reads `#rrggbb`. `invalid_report` for anything else.
[[nodiscard]] Result<Rgb> parse_colour(std::string_view text);
/// The contrast ratio of two colours, 1 to 21 (WCAG 2.1, "contrast ratio").
[[nodiscard]] double contrast(const Rgb& left, const Rgb& right);
/// `colour`, moved towards black or white until text in it can be read on `ground`.
[[nodiscard]] Rgb readable_on(const Rgb& ground, Rgb colour);
/// `from` moved towards `to` by `share` (0 to 1).
[[nodiscard]] Rgb mixed(const Rgb& from, const Rgb& to, double share);

/// The colours of a report. Every text colour has a contrast of at least 4.5 on what it stands on.
struct Palette {
  Rgb accent;                 ///< rules, the label row's ground
  Rgb on_accent;              ///< text on it
  Rgb ink{0.11, 0.13, 0.17};  ///< text
  Rgb quiet;                  ///< text that steps back: subtitle, date, footer
  Rgb heading;                ///< headings: the accent, darkened until it can be read on white
  Rgb stripe;                 ///< every other row's ground
  Rgb total;                  ///< the totals row's ground
  Rgb hairline;               ///< thin rules
};

/// Sizes of type and distances. Units: points.
struct Metrics {
  double text = 8;        ///< cells
  double line = 9.6;      ///< from baseline to baseline within a cell
  double pad_x = 4;       ///< between a cell's edge and its text
  double pad_y = 1.5;     ///< above and below a cell's lines
  double labels_pad = 3;  ///< above and below the label row's line
  double title = 20;
  double subtitle = 11;
  double meta = 8;
  double heading[3] = {14, 11, 9};
  double paragraph = 9;
  double paragraph_line = 13;
  double footer = 7;

  [[nodiscard]] double row_height(std::size_t lines) const { return static_cast<double>(lines) * line + 2 * pad_y; }
  [[nodiscard]] double labels_height() const { return line + 2 * labels_pad; }
};

/// Where things stand on every page; y grows downwards. Units: points.
struct Frame {
  double width = 0;
  double height = 0;
  double left = 0;
  double right = 0;
  double top = 0;
  double bottom = 0;       ///< of the body; the footer lies below
  double footer_rule = 0;  ///< y of the rule above the footer
  double footer_baseline = 0;
  double header_rule = 0;  ///< y of the rule below the header; only where there is one
  double header_baseline = 0;
  double logo_height = 0;  ///< of the header's and the footer's logos

  [[nodiscard]] double body_width() const { return right - left; }
  [[nodiscard]] double body_height() const { return bottom - top; }
};

struct Style {
  Palette palette;
  Metrics metrics;
  Frame frame;
};

/// The look of a report. `invalid_report` where its margins leave no room to draw in, or its accent is no colour.
[[nodiscard]] Result<Style> style_of(const ReportSpec& report);
/// The same distances for cells of another size: for a table that has to shrink.
[[nodiscard]] Metrics scaled_cells(const Metrics& metrics, double text_pt);

inline constexpr double points_per_mm = 72.0 / 25.4;

}  // namespace platen::worker
