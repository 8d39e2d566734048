// What we write is what ICU would write, in every locale that it has.
#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/unumberformatter.h>

#include <array>

#include "base/owned.hpp"
#include "tests/support/catch.hpp"
#include "worker/data/icu_text.hpp"
#include "worker/data/locale.hpp"

using namespace platen;
using namespace platen::worker;

namespace {

using Formatter = Owned<UNumberFormatter, unumf_close>;
using FormattedNumber = Owned<UFormattedNumber, unumf_closeResult>;
using DateFormatter = Owned<UDateFormat, udat_close>;

std::vector<std::string> all_tags() {
  std::vector<std::string> tags;
  for (std::int32_t index = 0; index < uloc_countAvailable(); ++index) {
    std::array<char, 100> tag{};
    UErrorCode status = U_ZERO_ERROR;
    uloc_toLanguageTag(uloc_getAvailable(index), tag.data(), static_cast<std::int32_t>(tag.size()), true, &status);
    REQUIRE(U_SUCCESS(status));
    tags.emplace_back(tag.data());
  }
  return tags;
}

/// Two decimals, as the skeleton says.
void check_numbers(const Locale& locale, std::u16string_view skeleton, NumberStyle style, unsigned shift) {
  UErrorCode status = U_ZERO_ERROR;
  const Formatter formatter(unumf_openForSkeletonAndLocale(skeleton.data(), static_cast<std::int32_t>(skeleton.size()),
                                                           locale.id().c_str(), &status));
  const FormattedNumber formatted(unumf_openResult(&status));
  REQUIRE(U_SUCCESS(status));
  style.decimals = 2;
  for (const char* const number : {"0", "1", "-1", "12.5", "999.99", "1000", "-1234.5", "12345", "123456",
                                   "-1234567.25", "123456789", "1234567890123.75"}) {
    std::string ours;
    append_number(ours, *Decimal::parse(number)->times_power_of_ten(shift), style);
    INFO(number);
    unumf_formatDecimal(formatter.get(), number, -1, formatted.get(), &status);
    REQUIRE(ours == icu_text("unumf_resultToString", [&](char16_t* out, std::int32_t capacity, UErrorCode* error) {
              return unumf_resultToString(formatted.get(), out, capacity, error);
            }));
  }
}

constexpr std::int64_t instants_ms[] = {
    0, 1'772'636'966'000, 951'782'399'000, -2'208'988'800'000, 1'798'761'540'000, 1'767'268'800'000};

void check_dates(const Locale& locale, DateStyle style, UDateFormatStyle date, UDateFormatStyle time) {
  const DateFormat format = locale.dates(style);
  for (const auto& [with_date, with_time] : {std::pair(date, UDAT_NONE), {UDAT_NONE, time}, {date, time}}) {
    UErrorCode status = U_ZERO_ERROR;
    const std::string id =
        locale.id() + (locale.id().find('@') == std::string::npos ? "@" : ";") + "calendar=gregorian";
    const DateFormatter icu(udat_open(with_time, with_date, id.c_str(), u"UTC", 3, nullptr, 0, &status));
    REQUIRE(U_SUCCESS(status));
    const std::string pattern =
        icu_text("udat_toPattern", [&](char16_t* out, std::int32_t capacity, UErrorCode* error) {
          return udat_toPattern(icu.get(), false, out, capacity, error);
        });
    if (pattern.find_first_of("bB") != std::string::npos) continue;  // parts of the day by name: ours are AM and PM
    if (locale.id().substr(0, 3) == "haw") continue;                 // months in Roman numerals: ours are numbers
    for (const std::int64_t instant_ms : instants_ms) {
      Moment moment;
      moment.instant_ms = instant_ms;
      moment.has_date = with_date != UDAT_NONE;
      moment.has_time = with_time != UDAT_NONE;
      moment.has_seconds = true;
      std::string ours;
      append_moment(ours, moment, CellFormat::datetime, format);
      INFO(pattern << " " << instant_ms);
      REQUIRE(ours == icu_text("udat_format", [&](char16_t* out, std::int32_t capacity, UErrorCode* error) {
                return udat_format(icu.get(), static_cast<double>(instant_ms), out, capacity, nullptr, error);
              }));
    }
  }
}

}  // namespace

TEST_CASE("numbers are written as ICU writes them, in every locale", "[data]") {
  for (const std::string& tag : all_tags()) {
    INFO(tag);
    const auto locale = Locale::find(tag);
    REQUIRE(locale);
    check_numbers(*locale, u".00", locale->numbers(), 0);
    check_numbers(*locale, u"percent scale/100 .00", locale->percents(), 2);
    check_numbers(*locale, u"currency/EUR .00", locale->amounts("EUR"), 0);
  }
}

TEST_CASE("dates are written as ICU writes them, in every locale", "[data]") {
  for (const std::string& tag : all_tags()) {
    INFO(tag);
    const auto locale = Locale::find(tag);
    REQUIRE(locale);
    check_dates(*locale, DateStyle::short_form, UDAT_SHORT, UDAT_SHORT);
    check_dates(*locale, DateStyle::medium, UDAT_MEDIUM, UDAT_MEDIUM);
    check_dates(*locale, DateStyle::long_form, UDAT_LONG, UDAT_MEDIUM);
  }
}
