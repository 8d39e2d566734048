// Charts on paper.
#pragma once

#include <string>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/figures/chart_data.hpp"
#include "worker/figures/figure.hpp"
#include "worker/figures/figure_text.hpp"
#include "worker/layout/style.hpp"

namespace platen::worker {

struct ChartLook {
  const Style& style;
  const std::string& font;
  double width_pt = 0;
};

/// Draws a chart, `chart.height_mm` high. All its text is text in the PDF.
/// Errors: `bad_data` for a pie of a value below zero.
[[nodiscard]] Result<Figure> draw_chart(FigureText& text, const ChartSection& chart, const ChartData& data,
                                        const ChartLook& look);

}  // namespace platen::worker
