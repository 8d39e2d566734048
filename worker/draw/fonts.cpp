#include "worker/draw/fonts.hpp"

#include <fmt/format.h>

#include "platen/report.hpp"

namespace platen::worker {

namespace {
constexpr std::size_t most_typefaces = 48;  // about 80 KiB each
}  // namespace

Result<Typefaces> Fonts::family(const std::string& name) {
  if (shaper().has_family(name)) {
    const Typefaces found{typeface(name, Weight::regular), typeface(name, Weight::bold)};
    if (found.regular != nullptr && found.bold != nullptr) return found;
  }
  return fail(Error{
      Errc::invalid_report,
      fmt::format("the font '{}' is not installed where reports are drawn, or cannot be embedded; the default is '{}'",
                  name, Theme{}.font),
      {{"/report/theme/font", fmt::format("no font '{}' is installed", name)}}});
}

const Typeface* Fonts::typeface(const std::string& family, Weight weight) {
  if (const auto known = typefaces_.find({family, weight}); known != typefaces_.end()) return &known->second;
  const pdf::FontFile* const file = shaper().find_file(family, weight, Slant::upright);
  if (file == nullptr || file->outlines() == pdf::FontFile::Outlines::none) return nullptr;
  return &typefaces_.try_emplace({family, weight}, *file, family, weight, Slant::upright).first->second;
}

Shaper& Fonts::shaper(unsigned thread) {
  if (thread >= shapers_.size()) prepare(thread + 1);
  return *shapers_[thread];
}

void Fonts::prepare(unsigned threads) {
  while (shapers_.size() < threads) shapers_.push_back(std::make_unique<Shaper>(library_));
}

PangoFont* Fonts::pango_font(const pdf::FontFile& file) const {
  for (const auto& shaper : shapers_)
    if (PangoFont* const font = shaper->font_of(file)) return font;
  return nullptr;
}

FigureText& Fonts::figure_text() {
  if (!figure_text_) figure_text_ = std::make_unique<FigureText>();
  return *figure_text_;
}

void Fonts::trim() {
  if (typefaces_.size() <= most_typefaces) return;
  for (const auto& shaper : shapers_) shaper->forget_cells();
  typefaces_.clear();
}

}  // namespace platen::worker
