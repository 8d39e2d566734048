#include "worker/draw/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "worker/draw/document.hpp"
#include "worker/draw/painter.hpp"
#include "worker/draw/pdf_file.hpp"
#include "worker/draw/progress.hpp"
#include "worker/draw/report_data.hpp"

namespace platen::worker {

namespace {

/// RFC 3339 with whole seconds, the form that Cairo reads.
std::string seconds_of(TimePoint time) { return rfc3339(time).substr(0, 19) + "Z"; }

PdfProperties properties_of(const DrawOrder& order) {
  const ReportSpec& report = order.spec.report;
  return {report.title, report.author, "Platen " PLATEN_VERSION, seconds_of(order.created_at)};
}

std::string footer_of(const ReportSpec& report, TimePoint created_at) {
  const std::string day = day_of(created_at);
  return report.title.empty() ? day : fmt::format("{}  ·  {}", report.title, day);
}

}  // namespace

Result<Rendered> draw_report(Fonts& fonts, const DrawOrder& order, const Renderer::OnProgress& on_progress) {
  const ReportSpec& report = order.spec.report;
  fonts.trim();
  if (auto installed = fonts.require(report.theme.font); !installed) return fail(std::move(installed).error());
  auto style = style_of(report);
  if (!style) return fail(std::move(style).error());
  auto data = ReportData::open(order.spec, order.data);
  if (!data) return fail(std::move(data).error());
  ProgressMeter progress(on_progress);
  const Setting setting{report, *style, fonts, progress};
  auto measured = measure_document(setting, order.spec, *data, order.created_at);
  if (!measured) return fail(std::move(measured).error());
  const Document& document = *measured;

  const std::uint64_t last = std::min<std::uint64_t>(order.pages.last, document.pages.size());
  if (order.pages.first >= last) return fail(Errc::invalid_request, "The report does not have these pages.");
  const Frame& frame = style->frame;
  PdfFile pdf(order.output, frame.width, frame.height, [&] { return progress.again(); });
  pdf.set_properties(properties_of(order));
  Painter painter(setting, document, data->rows(), pdf, {footer_of(report, order.created_at), order.pages.first});
  const Body body{frame.top, frame.bottom};
  if (auto drawn = flow(document.blocks, body, document.pages[order.pages.first], last - order.pages.first, painter);
      !drawn)
    return fail(std::move(drawn).error());
  progress.begin(Stage::finish, finish_share);
  if (auto finished = pdf.finish(); !finished) return fail(std::move(finished).error());
  return Rendered{painter.pages_drawn(), document.rows, document.replaced, document.skipped_rows,
                  painter.missing_glyphs()};
}

void warm_up(Fonts& fonts) {
  const std::string family = Theme{}.font;
  if (!fonts.require(family)) return;
  for (const Weight weight : {Weight::regular, Weight::bold}) {
    Face& face = fonts.face(family, weight, Theme{}.size_pt);
    for (char32_t c = U' '; c < U'\x7F'; ++c) (void)face.glyph(c);
  }
  // One text in another script makes Pango and fontconfig find all fonts and sort them.
  (void)fonts.shaper().width("\xE6\x97\xA5\xD8\xB9", fonts.face(family, Weight::regular, Theme{}.size_pt));
}

}  // namespace platen::worker
