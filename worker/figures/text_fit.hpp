// Fitting texts into widths, whoever measures them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::worker {

enum class TextWeight { regular, bold };
/// The width of a text on one line. Units: points.
using TextRuler = std::function<double(std::string_view text, double size_pt, TextWeight weight)>;

/// A text's size and weight, and who measures it.
struct TextStyle {
  const TextRuler& ruler;
  double size_pt = 8;
  TextWeight weight = TextWeight::regular;
  [[nodiscard]] double width(std::string_view text) const { return ruler(text, size_pt, weight); }
};

/// The text, or as much of its beginning as fits with an ellipsis; empty where not even that does.
[[nodiscard]] std::string shortened(std::string_view text, double width_pt, const TextStyle& style);

/// The text broken at spaces and behind hyphens and slashes into lines of at most `width_pt`, at most `most` of them;
/// empty where it does not fit.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, double width_pt, std::size_t most,
                                               const TextStyle& style);

}  // namespace platen::worker
