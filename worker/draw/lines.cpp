#include "worker/draw/lines.hpp"

#include <algorithm>

namespace platen::worker {

namespace {

constexpr double tolerance_pt = 0.01;  // of sums of advances

std::string_view without_end_spaces(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Where the line that begins `paragraph` ends, given that no more than `fits` bytes of it have room.
std::size_t end_of_line(std::string_view paragraph, std::size_t fits) {
  if (paragraph[fits] == ' ') return fits;  // what hangs over the edge is a space
  for (std::size_t end = fits; end > 0; --end) {
    const char before = paragraph[end - 1];
    if (before == ' ' || before == '-' || before == '/') return end;
  }
  return fits;
}

}  // namespace

bool break_lines(std::string_view text, const Face& face, double width_pt, std::size_t max_lines,
                 std::vector<std::string_view>& lines) {
  lines.clear();
  std::size_t at = 0;
  do {
    const std::size_t stop = std::min(text.find('\n', at), text.size());
    const std::string_view paragraph = text.substr(at, stop - at);
    const Face::Run run = face.measure(paragraph, width_pt + tolerance_pt);
    if (!run.fast) {
      lines.clear();
      return false;
    }
    if (lines.size() + 1 == max_lines) {  // the last line takes the rest, and its drawer sees whether it fits
      lines.push_back(without_end_spaces(text.substr(at)));
      return true;
    }
    if (run.bytes == paragraph.size()) {
      lines.push_back(without_end_spaces(paragraph));
      at = stop + 1;
      continue;
    }
    std::size_t one = 0;
    (void)next_code_point(paragraph, one);
    const std::size_t end = std::max(end_of_line(paragraph, run.bytes), one);  // a line takes one character at least
    lines.push_back(without_end_spaces(paragraph.substr(0, end)));
    at += end;
    while (at < stop && text[at] == ' ') ++at;
  } while (at < text.size());
  return true;
}

}  // namespace platen::worker
