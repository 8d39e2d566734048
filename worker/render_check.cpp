#include "worker/render_check.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/exit_code.hpp"
#include "base/fd.hpp"
#include "codec/submission_json.hpp"
#include "worker/draw/font_places.hpp"
#include "worker/draw/report.hpp"

namespace platen::worker {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> samples{{
    {"Latin", "Übermorgen"},
    {"Greek", "Ελληνικά"},
    {"Cyrillic", "Привіт"},
    {"Arabic", "مرحبا"},
    {"Hebrew", "שלום"},
    {"Devanagari", "हिन्दी"},
    {"Thai", "สวัสดี"},
    {"Chinese and Japanese", "日本語"},
    {"Korean", "한국어"},
    {"emoji", "😀"},
}};

Result<Rendered> draw(Fonts& fonts, std::string_view text, const Fd& output) {
  const auto request = codec::decode_request(
      fmt::format(R"({{"report":{{"title":"Check"}},"data":{{"rows":[{{"text":"{}"}}]}}}})", text));
  if (!request) return fail(request.error());
  return draw_report(fonts, {.spec = request->render, .output = output, .created_at = {}},
                     [](const std::optional<Progress>&) { return Command::go_on; });
}

}  // namespace

int check_rendering(Confinement confinement) {
  // Files cannot be made once it is confined.
  std::vector<Fd> outputs;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    auto output = memory_file("");
    if (!output) {
      fmt::print(stderr, "platen-render: {}\n", output.error().detail);
      return exit_unavailable;
    }
    outputs.push_back(*std::move(output));
  }
  const std::string in_force = confinement_here();
  confinement.readable = font_places();
  if (auto confined = confine(confinement); !confined) {
    fmt::print(stderr, "platen-render: it cannot be confined: {}\n", confined.error().detail);
    return exit_unavailable;
  }
  Fonts fonts;
  warm_up(fonts);
  std::string missing;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto rendered = draw(fonts, samples.at(i).second, outputs.at(i));
    if (!rendered) {
      fmt::print(stderr, "platen-render: {} cannot be drawn: {}\n", samples.at(i).first, rendered.error().detail);
      return exit_unavailable;
    }
    if (rendered->missing_glyphs > 0) missing.append(missing.empty() ? "" : ", ").append(samples.at(i).first);
  }
  fmt::print("confinement={}\nscripts-without-font={}\n", in_force, missing);
  std::fflush(stdout);
  return exit_ok;
}

}  // namespace platen::worker
