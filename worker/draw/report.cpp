#include "worker/draw/report.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/in_order.hpp"
#include "worker/data/locale.hpp"
#include "worker/draw/document.hpp"
#include "worker/draw/page_furniture.hpp"
#include "worker/draw/painter.hpp"
#include "worker/draw/press.hpp"
#include "worker/draw/progress.hpp"
#include "worker/draw/report_data.hpp"
#include "worker/draw/watermark.hpp"
#include "worker/pdf/rewrite.hpp"

namespace platen::worker {

namespace {

/// What a thread draws at a time. Small enough that two share a short report, large enough that opening the data for
/// each costs nothing.
constexpr std::uint64_t pages_a_part = 16;

/// Adds a logo to the document's figures.
Result<std::optional<Logo>> logo_of(const std::optional<PageLine>& line, std::string_view pointer, Images images,
                                    Document& document) {
  if (!line || line->logo.empty()) return std::optional<Logo>();
  const auto figure = add_image(document, images, line->logo, pointer);
  if (!figure) return fail(figure.error());
  const Figure& drawn = document.figures[*figure];
  const Logo logo{figure_resource(*figure), drawn.width_pt, drawn.height_pt};
  return std::optional(logo);
}

/// What drawing all tables costs, a table whose lines are its rows being 1. A group's name and its totals are lines
/// too.
double drawing_of(const Document& document) {
  constexpr double rows_a_line = 0.5;  // measured
  double drawing = 0;
  for (const Part& part : document.parts) {
    const auto* const shown = std::get_if<TablePart>(&part);
    if (shown == nullptr) continue;
    const Table& table = shown->table;
    const double lines_a_group = table.totals ? 2 : 1;
    const double lines = lines_a_group * static_cast<double>(table.group_starts.size());
    drawing += 1 + rows_a_line * lines / static_cast<double>(std::max<std::uint64_t>(table.rows, 1));
  }
  return drawing;
}

Result<void> draw_pages(const Setting& setting, const Document& document, const PageFurniture& furniture,
                        Press& press) {
  if (const double drawing = drawing_of(document); drawing > 0) setting.progress.plan_drawing(drawing);
  setting.progress.begin(Pass::draw);
  const std::uint64_t pages = document.pages.size();
  return run_in_order<DrawnPart>({(pages + pages_a_part - 1) / pages_a_part, setting.threads,
                                  [&](std::uint64_t part, unsigned thread) {
                                    return draw_part(setting, document, furniture, setting.fonts.shaper(thread),
                                                     part * pages_a_part,
                                                     std::min(pages_a_part, pages - part * pages_a_part));
                                  },
                                  [&](std::uint64_t part, DrawnPart drawn) -> Result<void> {
                                    const std::uint64_t done = std::min((part + 1) * pages_a_part, pages);
                                    if (auto taken = press.take(std::move(drawn)); !taken) return taken;
                                    return setting.progress.at(static_cast<double>(done) / static_cast<double>(pages),
                                                               document.rows, document.first_sheets[done]);
                                  },
                                  [&] { return setting.progress.again(); }});
}

Result<Rendered> write_document(const Setting& setting, const Material& material, Document& document,
                                const Fd& output) {
  const ReportSpec& report = setting.report;
  auto header_logo = logo_of(report.header, "/report/header/logo", material.images, document);
  if (!header_logo) return fail(std::move(header_logo).error());
  auto footer_logo = logo_of(report.footer, "/report/footer/logo", material.images, document);
  if (!footer_logo) return fail(std::move(footer_logo).error());
  const bool has_watermark = !report.watermark.text.empty();
  const PageFurniture furniture(setting, {material.created_at, document.sheets(), *header_logo, *footer_logo,
                                          has_watermark ? std::string(watermark_resource) : std::string()});
  Press press(document, material, setting.fonts, output, [&] { return setting.progress.again(); });
  if (has_watermark)
    if (auto added = add_watermark(setting, press); !added) return fail(std::move(added).error());
  if (auto drawn = draw_pages(setting, document, furniture, press); !drawn) return fail(std::move(drawn).error());
  setting.progress.begin(Pass::finish);
  if (auto finished = press.finish(); !finished) return fail(std::move(finished).error());
  return Rendered{document.sheets(), document.rows, document.replaced, document.skipped_rows,
                  document.missing_glyphs + press.missing_glyphs()};
}

}  // namespace

Result<Rendered> draw_report(Fonts& fonts, const DrawOrder& order, const Renderer::OnProgress& on_progress) {
  const ReportSpec& report = order.spec.report;
  fonts.trim();
  const auto faces = fonts.family(report.theme.font);
  if (!faces) return fail(faces.error());
  const auto style = style_of(report);
  if (!style) return fail(style.error());
  const auto locale = Locale::find(report.locale);
  if (!locale) return fail(locale.error());
  const auto data = ReportData::open(order.spec, order.data);
  if (!data) return fail(data.error());
  const unsigned threads = std::max(1U, order.threads);
  ProgressMeter progress(on_progress, threads);
  fonts.prepare(threads);
  const Setting setting{report, *style, *locale, fonts, *faces, progress, order.scratch, threads};
  const Material material{order.spec, *data, order.images, order.created_at};
  auto document = measure_document(setting, material);
  if (!document) return fail(std::move(document).error());

  const DocumentSpec& wishes = report.document;
  const pdf::RewriteOptions rewriting{wishes.linearize, wishes.password, wishes.owner_password};
  if (!rewriting.wanted()) return write_document(setting, material, *document, order.output);
  const auto plain = memory_file("");
  if (!plain) return fail(plain.error());
  auto rendered = write_document(setting, material, *document, *plain);
  if (!rendered) return rendered;
  if (auto written = pdf::rewrite(*plain, order.output, rewriting); !written) return fail(std::move(written).error());
  return rendered;
}

void warm_up(Fonts& fonts) {
  const auto faces = fonts.family(Theme{}.font);
  if (!faces) return;
  // One text in another script makes Pango and fontconfig find all fonts and sort them.
  (void)fonts.shaper().width("\xE6\x97\xA5\xD8\xB9", {faces->regular, Theme{}.size_pt});
}

}  // namespace platen::worker
