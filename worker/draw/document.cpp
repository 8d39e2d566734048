#include "worker/draw/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "worker/draw/lines.hpp"

namespace platen::worker {

namespace {

constexpr std::size_t most_title_lines = 3;
constexpr double heading_line = 1.3;  // of its size
constexpr double totals_height_lines = 1;

/// Cuts a text of several paragraphs into lines; an empty one stands for a blank line.
std::vector<TextLine> lines_of(std::string_view text, Face& face, Shaper& shaper, double width) {
  std::vector<TextLine> lines;
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  do {
    const std::size_t stop = std::min(text.find('\n', at), text.size());
    const std::string_view paragraph = text.substr(at, stop - at);
    parts.clear();
    Direction direction = Direction::left_to_right;
    if (!break_lines(paragraph, face, width, paragraph.size() + 2, parts)) {
      direction = shaper.direction_of(paragraph, face);
      shaper.break_lines(paragraph, face, width, parts);
    }
    for (const std::string_view part : parts) lines.push_back({part, direction});
    at = stop + 1;
  } while (at <= text.size());
  return lines;
}

/// The first lines of a title; the last of them runs on to the text's end, for its drawer to end in an ellipsis.
std::vector<TextLine> title_lines(std::string_view text, Face& face, Shaper& shaper, double width) {
  if (text.empty()) return {};
  std::vector<TextLine> lines = lines_of(text, face, shaper, width);
  if (lines.size() <= most_title_lines) return lines;
  lines.resize(most_title_lines);
  const auto begin = static_cast<std::size_t>(lines.back().text.data() - text.data());
  lines.back().text = text.substr(begin);
  return lines;
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

/// Counts pages; reads rows only where their heights differ.
class PageCounter final : public PageSink {
 public:
  PageCounter(const Setting& setting, const std::vector<Part>& parts, RowSource& source, std::vector<PageStart>& pages)
      : setting_(setting), parts_(parts), source_(source), pages_(pages) {}

  Result<void> begin_page(const PageStart& start) override {
    pages_.push_back(start);
    return {};
  }
  Result<double> row_height(std::size_t block, std::uint64_t row) override {
    const Table& table = std::get<TablePart>(parts_[block]).table;
    if (block_ != block) {
      setting_.progress.begin(Stage::scan, wrap_share);
      reader_.emplace(table, source_, setting_.report.on_bad_row, setting_.fonts.shaper());
      block_ = block;
    }
    if (auto read = reader_->go_to(row); !read) return fail(std::move(read).error());
    const double done = static_cast<double>(row) / static_cast<double>(table.rows);
    if (auto told = setting_.progress.at(done, row, pages_.size()); !told) return fail(std::move(told).error());
    return reader_->height();
  }
  Result<void> place(const Item&) override { return {}; }
  Result<void> end_page() override { return {}; }

 private:
  const Setting& setting_;
  const std::vector<Part>& parts_;
  RowSource& source_;
  std::vector<PageStart>& pages_;
  std::size_t block_ = static_cast<std::size_t>(-1);
  std::optional<TableReader> reader_;
};

/// Turns the sections into parts and blocks, scanning the data for each table on the way.
class Builder {
 public:
  Builder(const Setting& setting, ReportData& data) : setting_(setting), data_(data), metrics_(setting.style.metrics) {
    document_.style = setting.style;
  }

  Result<Document> build(const RenderSpec& spec, TimePoint created_at) {
    const std::vector<Section> only_a_table{TableSection{}};
    const std::vector<Section>& sections = spec.report.sections.empty() ? only_a_table : spec.report.sections;
    if (auto surveyed = survey(sections, spec.data); !surveyed) return fail(std::move(surveyed).error());
    add(TitlePart{}, {});  // filled below, when the number of rows is known
    for (std::size_t i = 0; i < sections.size(); ++i) {
      auto added = std::visit([&](const auto& section) { return add_section(section, i); }, sections[i]);
      if (!added) return fail(std::move(added).error());
    }
    fill_title(created_at);
    PageCounter counter(setting_, document_.parts, data_.rows(), document_.pages);
    const Body body{setting_.style.frame.top, setting_.style.frame.bottom};
    if (auto counted = flow(document_.blocks, body, {}, all_pages, counter); !counted)
      return fail(std::move(counted).error());
    return std::move(document_);
  }

 private:
  Result<void> survey(const std::vector<Section>& sections, const DataSpec& spec) {
    double tables = 0;
    double wrapping = 0;
    for (const Section& section : sections) {
      const auto* table = std::get_if<TableSection>(&section);
      if (table == nullptr) continue;
      const bool wraps = std::any_of(table->columns.begin(), table->columns.end(),
                                     [](const Column& column) { return column.overflow == Overflow::wrap; });
      tables += 1;
      wrapping += wraps ? 1 : 0;
    }
    if (tables == 0) return {};
    setting_.progress.plan({survey_share + tables * measure_share + wrapping * wrap_share, tables, finish_share});
    setting_.progress.begin(Stage::scan, survey_share);
    auto surveyed = survey_rows(data_, spec, setting_.progress);
    if (!surveyed) return fail(std::move(surveyed).error());
    survey_ = *std::move(surveyed);
    document_.replaced = data_.rows().replaced();
    setting_.progress.knows_rows(survey_.rows());
    return {};
  }

  void add(Part part, const Block& block) {
    document_.parts.push_back(std::move(part));
    document_.blocks.push_back(block);
  }

  [[nodiscard]] Face& face(Weight weight, double size) {
    return setting_.fonts.face(setting_.report.theme.font, weight, size);
  }

  Result<void> add_section(const HeadingSection& section, std::size_t) {
    HeadingPart part;
    part.text = section.text;
    part.level = std::clamp<std::size_t>(section.level, 1, 3) - 1;
    const double size = metrics_.heading[part.level];
    part.lines = title_lines(section.text, face(Weight::bold, size), setting_.fonts.shaper(), width());
    Block block;
    block.space_before = 1.1 * size;
    block.height = (static_cast<double>(part.lines.size()) * heading_line + 0.35) * size;
    block.keeps_next = true;
    add(std::move(part), block);
    return {};
  }

  Result<void> add_section(const TextSection& section, std::size_t) {
    TextPart part;
    part.lines = lines_of(section.text, face(Weight::regular, metrics_.paragraph), setting_.fonts.shaper(), width());
    Block block;
    block.kind = Block::Kind::lines;
    block.space_before = 0.45 * metrics_.paragraph;
    block.count = part.lines.size();
    block.item_height = metrics_.paragraph_line;
    add(std::move(part), block);
    return {};
  }

  Result<void> add_section(const TableSection& section, std::size_t index) {
    setting_.progress.begin(Stage::scan, measure_share);
    auto table = scan_table(setting_, section, data_, survey_, fmt::format("/report/sections/{}", index));
    if (!table) return fail(std::move(table).error());
    Block block;
    block.kind = Block::Kind::table;
    block.space_before = 1.2 * metrics_.text;
    block.count = table->rows;
    block.item_height = table->wraps ? 0 : table->metrics.row_height(1);
    block.labels_height = table->columns.empty() ? 0 : table->metrics.labels_height();
    block.totals_height = table->totals ? table->metrics.row_height(totals_height_lines) : 0;
    block.empty_height = 2 * table->metrics.row_height(1);
    if (!has_table_) {
      document_.rows = table->rows;
      document_.skipped_rows = table->skipped_rows;
      has_table_ = true;
    }
    add(TablePart{*std::move(table)}, block);
    return {};
  }

  /// Not drawn yet; the decoder does not know them either.
  template <class Other>
  Result<void> add_section(const Other&, std::size_t) {
    return fail(Errc::invalid_report, "this kind of section cannot be drawn yet");
  }
  Result<void> add_section(const PageBreakSection&, std::size_t) {
    Block block;
    block.kind = Block::Kind::page_break;
    add(BreakPart{}, block);
    return {};
  }

  void fill_title(TimePoint created_at) {
    TitlePart part;
    Shaper& shaper = setting_.fonts.shaper();
    part.title = title_lines(setting_.report.title, face(Weight::bold, metrics_.title), shaper, width());
    part.subtitle = title_lines(setting_.report.subtitle, face(Weight::regular, metrics_.subtitle), shaper, width());
    if (has_table_)
      part.facts = fmt::format("{} {}  ·  ", grouped(document_.rows), document_.rows == 1 ? "row" : "rows");
    part.facts += day_of(created_at);
    if (!setting_.report.author.empty()) part.facts.append("  ·  ").append(setting_.report.author);
    const TitleSpacing spacing = title_spacing(metrics_);
    Block& block = document_.blocks.front();
    block.height = static_cast<double>(part.title.size()) * spacing.title_line +
                   (part.subtitle.empty() ? 0 : spacing.subtitle_gap) +
                   static_cast<double>(part.subtitle.size()) * spacing.subtitle_line + spacing.facts_gap +
                   spacing.facts_line + spacing.rule_gap + spacing.rule;
    document_.parts.front() = std::move(part);
  }

  [[nodiscard]] double width() const { return setting_.style.frame.body_width(); }

  const Setting& setting_;
  ReportData& data_;
  const Metrics& metrics_;
  Document document_;
  Survey survey_{std::nullopt};
  bool has_table_ = false;
};

}  // namespace

Result<Document> measure_document(const Setting& setting, const RenderSpec& spec, ReportData& data,
                                  TimePoint created_at) {
  return Builder(setting, data).build(spec, created_at);
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

std::string day_of(TimePoint time) {
  static constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                           "May",       "June",     "July",     "August",
                                                           "September", "October",  "November", "December"};
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{} {} {}", static_cast<unsigned>(day.day()), months[static_cast<unsigned>(day.month()) - 1],
                     static_cast<int>(day.year()));
}

}  // namespace platen::worker
