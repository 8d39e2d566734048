#include "worker/data/currency.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::worker {

namespace {

// Those whose minor unit is not a hundredth (ISO 4217, list one).
constexpr std::array<std::string_view, 16> whole = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                    "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 7> thousandths = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
constexpr std::array<std::string_view, 2> ten_thousandths = {"CLF", "UYW"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 18> signs = {{
    {"EUR", "€"},
    {"USD", "$"},
    {"GBP", "£"},
    {"JPY", "¥"},
    {"CNY", "CN¥"},
    {"INR", "₹"},
    {"KRW", "₩"},
    {"BRL", "R$"},
    {"CAD", "CA$"},
    {"AUD", "A$"},
    {"NZD", "NZ$"},
    {"HKD", "HK$"},
    {"MXN", "MX$"},
    {"TWD", "NT$"},
    {"ILS", "₪"},
    {"VND", "₫"},
    {"PHP", "₱"},
    {"UAH", "₴"},
}};

template <class Codes>
bool has(const Codes& codes, std::string_view code) noexcept {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

unsigned minor_digits(std::string_view code) noexcept {
  if (has(whole, code)) return 0;
  if (has(thousandths, code)) return 3;
  if (has(ten_thousandths, code)) return 4;
  return 2;
}

std::string_view currency_sign(std::string_view code) noexcept {
  const auto found =
      std::find_if(signs.begin(), signs.end(), [code](const auto& entry) { return entry.first == code; });
  return found == signs.end() ? code : found->second;
}

}  // namespace platen::worker
