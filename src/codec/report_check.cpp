#include "codec/report_check.hpp"

#include "codec/report_parts.hpp"

namespace platen::codec {

namespace {

constexpr std::size_t most_sections = 200;
constexpr Table<OnBadRow, 2> bad_row_rules{{{"fail", OnBadRow::fail}, {"skip", OnBadRow::skip}}};

}  // namespace

ReportSpec check_report(const Json& value, Problems& problems) {
  Fields fields(value, "/report", problems);
  ReportSpec report;
  report.title = fields.take_text("title", short_text).value_or("");
  if (value.is_object()) fields.require("title", "every report has one");
  if (!report.title.empty() && report.title.find_first_not_of(' ') == std::string::npos)
    fields.complain("title", "This must not be empty.");
  report.subtitle = fields.take_text("subtitle", optional_text).value_or("");
  report.author = fields.take_text("author", optional_text).value_or("");
  report.locale = take_language_tag(fields, "locale").value_or("");
  if (const Json* const page = fields.take("page")) report.page = check_page(*page, problems);
  if (const Json* const header = fields.take("header"))
    report.header = check_page_line(*header, fields.pointer("header"), problems);
  if (const Json* const footer = fields.take("footer"))
    report.footer = check_page_line(*footer, fields.pointer("footer"), problems);
  if (const Json* const watermark = fields.take("watermark")) report.watermark = check_watermark(*watermark, problems);
  if (const Json* const theme = fields.take("theme")) report.theme = check_theme(*theme, problems);
  if (const Json* const document = fields.take("document")) report.document = check_document(*document, problems);
  if (const Json* const sections = fields.take_array("sections", most_sections)) {
    for (std::size_t i = 0; i < sections->size(); ++i)
      report.sections.push_back(check_section((*sections)[i], pointer_to("/report/sections", i), problems));
  }
  report.on_bad_row = fields.take_choice<OnBadRow>("on_bad_row", bad_row_rules).value_or(report.on_bad_row);
  fields.finish();
  return report;
}

}  // namespace platen::codec
