#include "worker/data/collation.hpp"

#include <unicode/ucol.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "base/owned.hpp"
#include "worker/data/icu_text.hpp"

namespace platen::worker {

struct Collation::State {
  Owned<UCollator, ucol_close> collator;
  std::u16string units;
  std::vector<std::uint8_t> key = std::vector<std::uint8_t>(256);
};

Collation::Collation(const Locale& locale) : state_(std::make_unique<State>()) {
  UErrorCode status = U_ZERO_ERROR;
  state_->collator.reset(ucol_open(locale.id().c_str(), &status));
  require_icu(status, "ucol_open");
}

Collation::~Collation() = default;
Collation::Collation(Collation&&) noexcept = default;
Collation& Collation::operator=(Collation&&) noexcept = default;

void Collation::append_key(std::string& out, std::string_view text, std::size_t most_bytes) {
  State& state = *state_;
  state.units.clear();
  append_utf16(state.units, text);
  const auto units = static_cast<std::int32_t>(state.units.size());
  for (;;) {
    const auto capacity = static_cast<std::int32_t>(state.key.size());
    const std::int32_t bytes =
        ucol_getSortKey(state.collator.get(), state.units.data(), units, state.key.data(), capacity);
    if (bytes <= 0) throw std::runtime_error("ICU: ucol_getSortKey");
    if (bytes > capacity) {
      state.key.resize(static_cast<std::size_t>(bytes));
      continue;
    }
    const std::size_t without_end = static_cast<std::size_t>(bytes) - 1;
    const auto* const begin = state.key.data();
    out.append(begin, begin + std::min(without_end, most_bytes));
    return;
  }
}

}  // namespace platen::worker
