#include "worker/figures/text_fit.hpp"

namespace platen::worker {

namespace {

constexpr std::string_view ellipsis = "…";

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }

/// The text up to and with the next place where it may be broken.
std::string_view next_word(std::string_view text) {
  const std::size_t end = text.find_first_of(" -/");
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

std::string_view without_end_spaces(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::string shortened(std::string_view text, double width_pt, const TextStyle& style) {
  if (style.width(text) <= width_pt) return std::string(text);
  std::string best;
  std::size_t fits = 0;
  std::size_t beyond = text.size();
  while (fits + 1 < beyond) {  // a shorter text is hardly ever wider: halve
    const std::size_t middle = (fits + beyond) / 2;
    std::size_t cut = middle;
    while (cut > fits && !begins_character(text[cut])) --cut;
    if (cut == fits) {
      beyond = middle;
      continue;
    }
    std::string candidate(without_end_spaces(text.substr(0, cut)));
    candidate += ellipsis;
    if (style.width(candidate) <= width_pt) {
      best = std::move(candidate);
      fits = cut;
    } else {
      beyond = cut;
    }
  }
  if (best.empty() && style.width(ellipsis) <= width_pt) best = ellipsis;
  return best;
}

std::vector<std::string> wrapped(std::string_view text, double width_pt, std::size_t most, const TextStyle& style) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::string_view word = next_word(text);
    text.remove_prefix(word.size());
    std::string longer = line;
    longer += word;
    if (line.empty() || style.width(without_end_spaces(longer)) <= width_pt) {
      line = std::move(longer);
    } else {
      lines.emplace_back(without_end_spaces(line));
      line = word;
    }
    if (style.width(without_end_spaces(line)) > width_pt) return {};
  }
  if (!line.empty()) lines.emplace_back(without_end_spaces(line));
  return lines.size() <= most ? lines : std::vector<std::string>{};
}

}  // namespace platen::worker
