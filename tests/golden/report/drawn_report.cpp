#include "tests/golden/report/drawn_report.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <stdexcept>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"

namespace platen::test {

namespace {

constexpr std::size_t most_bytes = 64 << 20;

Command go_on(const std::optional<Progress>&) { return Command::go_on; }

std::string output_of(std::vector<std::string> command) {
  Output output = run(std::move(command));
  if (output.exit_code != 0) throw std::runtime_error(output.err);
  return output.out;
}

}  // namespace

worker::Fonts& fonts() {
  static worker::Fonts warm;
  return warm;
}

DrawnReport::DrawnReport(const RenderSpec& spec, std::string_view data) : DrawnReport(spec, data, 1, go_on) {}

DrawnReport::DrawnReport(const RenderSpec& spec) { draw(spec, nullptr, 1, go_on); }

DrawnReport::DrawnReport(const RenderSpec& spec, std::string_view data, unsigned threads,
                         const Renderer::OnProgress& on_progress) {
  const auto file = memory_file(data);
  REQUIRE(file);
  draw(spec, &*file, threads, on_progress);
}

DrawnReport::DrawnReport(const RenderSpec& spec, std::string_view data, const Pictures& pictures, unsigned threads) {
  const auto file = memory_file(data);
  REQUIRE(file);
  draw(spec, &*file, threads, go_on, pictures);
}

void DrawnReport::draw(const RenderSpec& spec, const Fd* data, unsigned threads,
                       const Renderer::OnProgress& on_progress, const Pictures& pictures) {
  std::vector<Fd> files;
  std::vector<RenderImage> images;
  files.reserve(pictures.size());  // images point into it
  for (const auto& [upload, file] : pictures) {
    const Fd& opened = files.emplace_back(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(opened);
    images.push_back({upload, &opened});
  }
  const Fd output(::open(path().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  REQUIRE(output);
  result_ = worker::draw_report(
      fonts(), {.spec = spec, .data = data, .output = output, .created_at = noon, .images = images, .threads = threads},
      on_progress);
}

const Rendered& DrawnReport::rendered() const {
  if (!result_) FAIL(result_.error().detail);
  return *result_;
}

std::string DrawnReport::bytes() const { return read_file(path(), most_bytes).value(); }
std::string DrawnReport::text() const { return output_of({"pdftotext", path(), "-"}); }
std::string DrawnReport::text_of_page(int page) const {
  const std::string number = std::to_string(page);
  return output_of({"pdftotext", "-layout", "-f", number, "-l", number, path(), "-"});
}

std::vector<std::string> DrawnReport::text_of_pages() const {
  const std::string text = output_of({"pdftotext", "-layout", path(), "-"});
  std::vector<std::string> pages;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\f', at), text.size());
    pages.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return pages;
}

std::vector<std::pair<std::string, Word>> DrawnReport::words() const {
  const std::string boxes = output_of({"pdftotext", "-bbox", "-l", "1", path(), "-"});
  std::vector<std::pair<std::string, Word>> words;
  const auto number = [&](std::string_view name, std::size_t at) {
    return std::stod(boxes.substr(boxes.find(name, at) + name.size()));
  };
  for (std::size_t at = boxes.find("<word "); at != std::string::npos; at = boxes.find("<word ", at + 1)) {
    const std::size_t begin = boxes.find('>', at) + 1;
    words.emplace_back(boxes.substr(begin, boxes.find('<', begin) - begin),
                       Word{number("xMin=\"", at), number("xMax=\"", at)});
  }
  return words;
}

Word DrawnReport::word(std::string_view text) const {
  Word found;
  for (const auto& [read, word] : words())
    if (read == text) found = word;
  return found;
}

std::string DrawnReport::info() const { return output_of({"pdfinfo", path()}); }

std::string DrawnReport::faults() const {
  const Output output = run({"qpdf", "--check", path()});
  const bool clean = output.exit_code == 0 && output.out.find("WARNING") == std::string::npos && output.err.empty();
  return clean ? std::string() : output.out + output.err;
}

RenderSpec titled(std::string title) {
  RenderSpec spec;
  spec.report.title = std::move(title);
  return spec;
}

std::size_t count_of(std::string_view part, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

std::string orders_csv(int rows) {
  std::string csv = "order,customer,amount\n";
  for (int i = 1; i <= rows; ++i) csv += fmt::format("{},Customer {:05},{}.{:02}\n", 7'000'000 + i, i, i, i % 100);
  return csv;
}

std::string words_of(std::string_view text) {
  std::string words;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\f';
    if (!space) words.push_back(c);
    if (space && !words.empty() && words.back() != ' ') words.push_back(' ');
  }
  if (!words.empty() && words.back() == ' ') words.pop_back();
  return words;
}

}  // namespace platen::test
