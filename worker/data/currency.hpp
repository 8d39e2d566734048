// What is known of currencies (ISO 4217).
#pragma once

#include <string_view>

namespace platen::worker {

/// Digits of a currency's minor unit: 2 where not known otherwise.
[[nodiscard]] unsigned minor_digits(std::string_view code) noexcept;

/// The sign that is understood everywhere (as Unicode CLDR's English has it); the code itself without one.
[[nodiscard]] std::string_view currency_sign(std::string_view code) noexcept;

}  // namespace platen::worker
