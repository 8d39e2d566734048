// Texts and errors of ICU, whose own are UTF-16 and codes.
#pragma once

#include <unicode/utypes.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace platen::worker {

/// Throws what a healthy ICU never reports.
inline void require_icu(UErrorCode status, std::string_view what) {
  if (U_FAILURE(status))
    throw std::runtime_error(std::string("ICU: ").append(what).append(": ").append(u_errorName(status)));
}

[[nodiscard]] std::string to_utf8(std::u16string_view text);

/// `text` is valid UTF-8.
void append_utf16(std::u16string& out, std::string_view text);

/// What a function of ICU writes into a buffer of its caller's: `call(buffer, capacity, status)` answers the length.
template <class Call>
[[nodiscard]] std::string icu_text(std::string_view what, const Call& call) {
  constexpr std::size_t usual_units = 256;
  std::u16string buffer(usual_units, u'\0');
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    const auto length =
        static_cast<std::size_t>(call(buffer.data(), static_cast<std::int32_t>(buffer.size()), &status));
    if (status == U_BUFFER_OVERFLOW_ERROR) {
      buffer.resize(length);
      continue;
    }
    require_icu(status, what);
    return to_utf8(std::u16string_view(buffer).substr(0, length));
  }
}

}  // namespace platen::worker
