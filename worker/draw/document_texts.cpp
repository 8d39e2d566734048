#include "worker/draw/document_texts.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/clock.hpp"
#include "worker/data/date_format.hpp"
#include "worker/data/moment.hpp"
#include "worker/layout/markup.hpp"

namespace platen::worker {

namespace {

constexpr std::size_t most_title_lines = 3;
constexpr std::size_t most_lines = 100'000;

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

}  // namespace

std::vector<ShapedLine> DocumentTexts::title(std::string_view text, Weight weight, double size_pt) const {
  if (text.empty()) return {};
  const Face face{weight == Weight::bold ? setting_.faces.bold : setting_.faces.regular, size_pt};
  return setting_.fonts.shaper().shape(text, face, {width(), most_title_lines});
}

std::vector<ShapedLine> DocumentTexts::paragraphs(std::string_view markup) const {
  const Face face{setting_.faces.regular, setting_.style.metrics.paragraph};
  std::vector<ShapedLine> lines;
  for (const Paragraph& paragraph : parse_markup(markup)) {
    std::string text;
    std::vector<TextSpan> spans;
    for (const Span& span : paragraph.spans) {
      spans.push_back({text.size(), text.size() + span.text.size(), span.bold, span.italic, span.link});
      text += span.text;
    }
    bool is_first = true;
    for (ShapedLine& line : setting_.fonts.shaper().shape(text, face, {width(), most_lines}, spans)) {
      line.begins_paragraph = std::exchange(is_first, false);
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

std::vector<ShapedLine> DocumentTexts::caption(std::string_view text) const {
  const Face face{setting_.faces.regular, setting_.style.metrics.meta};
  return setting_.fonts.shaper().shape(text, face, {width(), most_title_lines});
}

ShapedLine DocumentTexts::contents_line(std::string_view text, double width_pt) const {
  const Face face{setting_.faces.regular, setting_.style.metrics.paragraph};
  return setting_.fonts.shaper().shape(text, face, {width_pt, 1}).front();
}

std::string DocumentTexts::facts(std::optional<std::uint64_t> rows, std::string_view author,
                                 TimePoint created_at) const {
  std::string facts;
  if (rows) facts = fmt::format("{} {}  ·  ", grouped(*rows), *rows == 1 ? "row" : "rows");
  facts += day_of(created_at, setting_.locale);
  if (!author.empty()) facts.append("  ·  ").append(author);
  return facts;
}

std::string day_of(TimePoint time, const Locale& locale) {
  Moment moment;
  moment.instant_ms = unix_ms(time);
  moment.has_date = true;
  std::string day;
  append_moment(day, moment, CellFormat::date, locale.dates(DateStyle::long_form));
  return day;
}

std::string time_of(TimePoint time) { return rfc3339(time).substr(11, 5); }

}  // namespace platen::worker
