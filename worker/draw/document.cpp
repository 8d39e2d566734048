#include "worker/draw/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "worker/draw/charts.hpp"
#include "worker/draw/document_texts.hpp"
#include "worker/figures/chart_drawing.hpp"
#include "worker/figures/image.hpp"

namespace platen::worker {

namespace {

/// Turns the sections into parts and blocks, scanning the data for each table on the way.
class Builder {
 public:
  Builder(const Setting& setting, const Material& material)
      : setting_(setting), material_(material), metrics_(setting.style.metrics), texts_(setting) {
    document_.style = setting.style;
  }

  Result<Document> build() {
    const std::vector<Section> only_a_table{TableSection{}};
    const std::vector<Section>& sections =
        material_.spec.report.sections.empty() ? only_a_table : material_.spec.report.sections;
    if (auto surveyed = survey(sections); !surveyed) return fail(std::move(surveyed).error());
    add(TitlePart{}, {});  // filled below, when the number of rows is known
    for (std::size_t i = 0; i < sections.size(); ++i) {
      auto added = std::visit([&](const auto& section) { return add_section(section, i); }, sections[i]);
      if (!added) return fail(std::move(added).error());
    }
    fill_title();
    fill_contents();
    borrow_rows();
    if (auto numbered = number_pages(material_.spec.report, document_); !numbered)
      return fail(std::move(numbered).error());
    return std::move(document_);
  }

 private:
  Result<void> survey(const std::vector<Section>& sections) {
    double tables = 0;
    double wrapping = 0;
    double sorting = 0;
    bool has_charts = false;
    for (const Section& section : sections) {
      if (const auto* chart = std::get_if<ChartSection>(&section)) has_charts = has_charts || !chart->x.empty();
      const auto* table = std::get_if<TableSection>(&section);
      if (table == nullptr) continue;
      sorting += table->sort_by.empty() ? 0 : 1;
      const bool wraps = std::any_of(table->columns.begin(), table->columns.end(),
                                     [](const Column& column) { return column.overflow == Overflow::wrap; });
      tables += 1;
      wrapping += wraps ? 1 : 0;
    }
    if (tables == 0 && !has_charts) {
      setting_.progress.plan({0, 0, 0, 0, 0, 1, 1});
      return {};
    }
    const double collecting = has_charts ? 1 : 0;
    setting_.progress.plan({1, collecting, sorting, tables, wrapping, tables, 1});
    setting_.progress.begin(Pass::survey);
    auto surveyed = survey_rows(material_.data, material_.spec.data, setting_.progress);
    if (!surveyed) return fail(std::move(surveyed).error());
    surveyed_ = *std::move(surveyed);
    document_.replaced = surveyed_->replaced;
    setting_.progress.knows_rows(surveyed_->rows);
    if (!has_charts) return {};
    setting_.progress.begin(Pass::collect);
    auto charts = collect_charts(setting_, sections, material_.data, *surveyed_);
    if (!charts) return fail(std::move(charts).error());
    charts_ = *std::move(charts);
    return {};
  }

  void add(Part part, const Block& block) {
    document_.parts.push_back(std::move(part));
    document_.blocks.push_back(block);
  }

  Result<void> add_section(const HeadingSection& section, std::size_t) {
    const std::size_t level = std::clamp<std::size_t>(section.level, 1, 3) - 1;
    document_.headings.push_back({section.text, level, 0, 0});
    add_heading(section.text, level, true);
    return {};
  }

  void add_heading(std::string_view text, std::size_t level, bool is_landmark) {
    const double size = metrics_.heading[level];
    HeadingPart part{texts_.title(text, Weight::bold, size), level, is_landmark};
    Block block;
    block.space_before = 1.1 * size;
    block.height = (static_cast<double>(part.lines.size()) * heading_line_em + 0.35) * size;
    block.keeps_next = true;
    add(std::move(part), block);
  }

  Result<void> add_section(const TextSection& section, std::size_t) {
    add_lines(TextPart{texts_.paragraphs(section.text), false, {}});
    return {};
  }

  void add_lines(TextPart part) {
    Block block;
    block.kind = Block::Kind::lines;
    block.space_before = 0.45 * metrics_.paragraph;
    block.count = part.lines.size();
    block.item_height = metrics_.paragraph_line;
    add(std::move(part), block);
  }

  Result<void> add_section(const TableSection& section, std::size_t index) {
    auto table = scan_table(setting_, section, material_.data, *surveyed_, fmt::format("/report/sections/{}", index));
    if (!table) return fail(std::move(table).error());
    if (auto fits = check_tagged(*table, index); !fits) return fits;
    const double row_height = table->metrics.row_height(1);
    Block block;
    block.kind = Block::Kind::table;
    block.space_before = 1.2 * metrics_.text;
    block.count = table->rows;
    block.item_height = table->wraps ? table->metrics.row_height(0) : row_height;
    block.line_height = table->metrics.line;
    block.labels_height = table->columns.empty() ? 0 : table->metrics.labels_height();
    block.group_height = 1.25 * row_height;
    block.subtotals_height = table->is_grouped() && table->totals ? row_height : 0;
    block.totals_height = table->totals ? row_height : 0;
    block.empty_height = 2 * row_height;
    if (!has_table_) {
      document_.rows = table->rows;
      document_.skipped_rows = table->skipped_rows;
      has_table_ = true;
    }
    add(TablePart{*std::move(table)}, block);
    return {};
  }

  [[nodiscard]] Result<void> check_tagged(const Table& table, std::size_t index) const {
    const std::uint64_t cells = table.rows * table.columns.size();
    if (!setting_.report.document.accessible || cells <= max_tagged_cells) return {};
    return fail(Error{Errc::invalid_report,
                      fmt::format("The table has {} cells; with \"accessible\" it may have {}. Leave that out, or make "
                                  "several reports.",
                                  cells, max_tagged_cells),
                      {{fmt::format("/report/sections/{}", index), "too many cells to be tagged"}}});
  }

  Result<void> add_section(const ContentsSection& section, std::size_t) {
    add_heading(section.title, 0, false);
    contents_.push_back({document_.parts.size(), section.levels});
    Block block;
    block.kind = Block::Kind::lines;
    block.item_height = metrics_.paragraph_line;
    add(ContentsPart{}, block);
    return {};
  }

  Result<void> add_section(const ImageSection& section, std::size_t index) {
    const std::string pointer = fmt::format("/report/sections/{}/upload", index);
    const auto figure = add_image(document_, material_.images, section.upload, pointer);
    if (!figure) return fail(figure.error());
    const double natural_width = document_.figures[*figure].width_pt;
    const double natural_height = document_.figures[*figure].height_pt;
    double wide = section.width_mm    ? *section.width_mm * points_per_mm
                  : section.height_mm ? *section.height_mm * points_per_mm * natural_width / natural_height
                                      : natural_width;
    double high = section.height_mm ? *section.height_mm * points_per_mm : wide * natural_height / natural_width;
    const double caption_room = section.caption.empty() ? 0 : 2 * metrics_.paragraph_line;
    const double shrink = std::min({1.0, width() / wide, (setting_.style.frame.body_height() - caption_room) / high});
    wide *= shrink;
    high *= shrink;
    const double spare = width() - wide;
    const double x = section.align == Align::left ? 0 : section.align == Align::right ? spare : spare / 2;
    add_figure({*figure, setting_.style.frame.left + x, wide, high, section.alt}, !section.caption.empty());
    if (!section.caption.empty()) add_lines(TextPart{texts_.caption(section.caption), true, section.align});
    return {};
  }

  void add_figure(FigurePart part, bool keeps_next) {
    Block block;
    block.space_before = metrics_.paragraph;
    block.height = part.height;
    block.keeps_next = keeps_next;
    add(std::move(part), block);
  }

  Result<void> add_section(const ChartSection& section, std::size_t index) {
    const ChartData data = section.x.empty() ? inline_chart(section, plain_numbers()) : std::move(charts_.at(index));
    const ChartLook look{setting_.style, setting_.report.theme.font, width()};
    auto figure = draw_chart(setting_.fonts.figure_text(), section, data, look);
    if (!figure) return fail(std::move(figure).error());
    document_.missing_glyphs += figure->missing_glyphs;
    const double shrink = std::min(1.0, setting_.style.frame.body_height() / figure->height_pt);
    const std::string alt = section.alt.empty() ? (section.title.empty() ? "Chart" : section.title) : section.alt;
    const FigurePart part{document_.figures.size(), setting_.style.frame.left, figure->width_pt * shrink,
                          figure->height_pt * shrink, alt};
    document_.figures.push_back(*std::move(figure));
    add_figure(part, false);
    return {};
  }

  [[nodiscard]] NumberStyle plain_numbers() const {
    return setting_.locale.is_given() ? setting_.locale.numbers() : NumberStyle{.group = ","};
  }

  Result<void> add_section(const PageBreakSection&, std::size_t) {
    Block block;
    block.kind = Block::Kind::page_break;
    add(BreakPart{}, block);
    return {};
  }

  void fill_title() {
    const ReportSpec& report = material_.spec.report;
    TitlePart part;
    part.title = texts_.title(report.title, Weight::bold, metrics_.title);
    part.subtitle = texts_.title(report.subtitle, Weight::regular, metrics_.subtitle);
    part.facts = texts_.title(
        texts_.facts(has_table_ ? std::optional(document_.rows) : std::nullopt, report.author, material_.created_at),
        Weight::regular, metrics_.meta);
    const TitleSpacing spacing = title_spacing(metrics_);
    Block& block = document_.blocks.front();
    block.height = static_cast<double>(part.title.size()) * spacing.title_line +
                   (part.subtitle.empty() ? 0 : spacing.subtitle_gap) +
                   static_cast<double>(part.subtitle.size()) * spacing.subtitle_line + spacing.facts_gap +
                   static_cast<double>(part.facts.size()) * spacing.facts_line + spacing.rule_gap + spacing.rule;
    document_.parts.front() = std::move(part);
  }

  void fill_contents() {
    for (const auto& [index, levels] : contents_) {
      ContentsPart part;
      for (std::size_t i = 0; i < document_.headings.size(); ++i) {
        const Landmark& heading = document_.headings[i];
        if (heading.level >= levels) continue;
        const double indent = 1.6 * metrics_.paragraph * static_cast<double>(heading.level);
        const double room = width() - indent - 5 * metrics_.paragraph;  // for the page's number
        part.entries.push_back({i, texts_.contents_line(heading.text, room), indent});
      }
      document_.blocks[index].count = part.entries.size();
      document_.parts[index] = std::move(part);
    }
  }

  /// Now that no part moves any more.
  void borrow_rows() {
    for (std::size_t i = 0; i < document_.parts.size(); ++i) {
      const auto* const part = std::get_if<TablePart>(&document_.parts[i]);
      if (part == nullptr) continue;
      document_.blocks[i].row_lines = part->table.row_lines;
      document_.blocks[i].group_starts = part->table.group_starts;
    }
  }

  [[nodiscard]] double width() const { return setting_.style.frame.body_width(); }

  struct PendingContents {
    std::size_t part = 0;
    std::uint32_t levels = 0;
  };

  const Setting& setting_;
  const Material& material_;
  const Metrics& metrics_;
  DocumentTexts texts_;
  Document document_;
  std::optional<SurveyedRows> surveyed_;
  std::map<std::size_t, ChartData> charts_;  ///< of the data, by section
  std::vector<PendingContents> contents_;
  bool has_table_ = false;
};

}  // namespace

Result<Document> measure_document(const Setting& setting, const Material& material) {
  return Builder(setting, material).build();
}

Result<std::size_t> add_image(Document& document, Images images, const std::string& upload, std::string_view pointer) {
  if (const auto known = document.images.find(upload); known != document.images.end()) return known->second;
  const auto sent =
      std::find_if(images.begin(), images.end(), [&](const RenderImage& image) { return image.upload == upload; });
  if (sent == images.end())
    return fail(Error{Errc::invalid_report,
                      "An image of the report is not there.",
                      {{std::string(pointer), "There is no such upload."}}});
  auto figure = image_figure(*sent->file, fmt::format("the image of {}", pointer));
  if (!figure) {
    Error error = std::move(figure).error();
    error.fields = {{std::string(pointer), error.detail}};
    return fail(std::move(error));
  }
  document.figures.push_back(*std::move(figure));
  return document.images[upload] = document.figures.size() - 1;
}

TitleSpacing title_spacing(const Metrics& metrics) {
  return {1.2 * metrics.title,
          0.15 * metrics.title,
          1.35 * metrics.subtitle,
          0.5 * metrics.meta,
          1.3 * metrics.meta,
          0.6 * metrics.meta,
          1.5};
}

}  // namespace platen::worker
