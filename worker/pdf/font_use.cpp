#include "worker/pdf/font_use.hpp"

#include <algorithm>

namespace platen::worker::pdf {

void GlyphUse::merge(const GlyphUse& other) {
  for (std::size_t i = 0; i < latin.size(); ++i) latin[i] = latin[i] || other.latin[i];
  if (glyphs.size() < other.glyphs.size()) glyphs.resize(other.glyphs.size());
  for (std::size_t i = 0; i < other.glyphs.size(); ++i)
    if (other.glyphs[i]) glyphs[i] = true;
}

bool GlyphUse::uses_latin() const noexcept {
  return std::any_of(latin.begin(), latin.end(), [](bool used) { return used; });
}

bool GlyphUse::uses_glyphs() const noexcept { return !glyphs.empty(); }

void FontUse::merge(const FontUse& other) {
  for (const auto& [resource, entry] : other.by_resource_) of(*entry.font).merge(entry.use);
}

}  // namespace platen::worker::pdf
