// A report drawn for a test, and what other programs read out of it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "platen/renderer.hpp"
#include "platen/report.hpp"
#include "tests/support/temp_dir.hpp"
#include "worker/draw/report.hpp"

namespace platen::test {

/// The fonts of the test's process: warm after the first report.
worker::Fonts& fonts();

/// 1 March 2026, 12:00 UTC.
inline constexpr TimePoint noon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{12}};

/// Where a word stands on its page. Units: points.
struct Word {
  double x_min = 0;
  double x_max = 0;
};

/// One report, drawn into a folder of its own.
class DrawnReport {
 public:
  /// Draws `data` (CSV or NDJSON); without it, the rows are the spec's.
  DrawnReport(const RenderSpec& spec, std::string_view data);
  explicit DrawnReport(const RenderSpec& spec);
  DrawnReport(const RenderSpec& spec, std::string_view data, unsigned threads, const Renderer::OnProgress& on_progress);
  /// The same with uploads: each an id and the path of its picture.
  using Pictures = std::vector<std::pair<std::string, std::string>>;
  DrawnReport(const RenderSpec& spec, std::string_view data, const Pictures& pictures, unsigned threads = 1);

  [[nodiscard]] const Result<Rendered>& result() const { return result_; }
  /// What was drawn; fails the test when it was not.
  [[nodiscard]] const Rendered& rendered() const;
  [[nodiscard]] std::string bytes() const;
  /// All text in reading order (pdftotext), pages separated by form feeds.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string text_of_page(int page) const;
  /// The same for every page, from one run.
  [[nodiscard]] std::vector<std::string> text_of_pages() const;
  /// The words of the first page (pdftotext -bbox), and the last one that reads so.
  [[nodiscard]] std::vector<std::pair<std::string, Word>> words() const;
  [[nodiscard]] Word word(std::string_view text) const;
  /// What `pdfinfo` says.
  [[nodiscard]] std::string info() const;
  /// Empty when qpdf finds nothing wrong; else what it found.
  [[nodiscard]] std::string faults() const;
  [[nodiscard]] std::string path() const { return folder_ / "report.pdf"; }

 private:
  void draw(const RenderSpec& spec, const Fd* data, unsigned threads, const Renderer::OnProgress& on_progress,
            const Pictures& pictures = {});

  TempDir folder_;
  Result<Rendered> result_;
};

/// A spec with this title and nothing else.
RenderSpec titled(std::string title);
/// How often `part` is in `text`.
std::size_t count_of(std::string_view part, std::string_view text);
/// A CSV of `rows` orders: number, a name, an amount.
std::string orders_csv(int rows);
/// The words of a text, one space between each.
std::string words_of(std::string_view text);

}  // namespace platen::test
