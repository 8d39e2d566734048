#include "worker/data/locale.hpp"

#include <fmt/format.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>
#include <unicode/unumberformatter.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/owned.hpp"
#include "worker/data/icu_text.hpp"
#include "worker/data/quoted.hpp"
#include "worker/data/utf8.hpp"

namespace platen::worker {

namespace {

using NumberFormat = Owned<UNumberFormat, unum_close>;
using DateFormatter = Owned<UDateFormat, udat_close>;

/// Where no locale is given: days before months, names of months in English, hours to 24.
constexpr const char* plain_dates = "en_GB";

bool is_language_known(const char* id) {
  std::array<char, ULOC_LANG_CAPACITY> language{};
  UErrorCode status = U_ZERO_ERROR;
  uloc_getLanguage(id, language.data(), static_cast<std::int32_t>(language.size()), &status);
  if (U_FAILURE(status)) return false;
  const std::string_view wanted(language.data());
  for (std::int32_t index = 0; index < uloc_countAvailable(); ++index)
    if (wanted == uloc_getAvailable(index)) return true;
  return false;
}

/// Writes numbers by ICU, as a skeleton of its says.
class Numbers {
 public:
  Numbers(std::u16string_view skeleton, const std::string& id) {
    UErrorCode status = U_ZERO_ERROR;
    formatter_.reset(unumf_openForSkeletonAndLocale(skeleton.data(), static_cast<std::int32_t>(skeleton.size()),
                                                    id.c_str(), &status));
    written_.reset(unumf_openResult(&status));
    require_icu(status, "unumf_openForSkeletonAndLocale");
  }
  std::string write(std::int64_t number) const {
    return icu_text("unumf_formatInt", [&](char16_t* out, std::int32_t capacity, UErrorCode* status) {
      unumf_formatInt(formatter_.get(), number, written_.get(), status);
      return unumf_resultToString(written_.get(), out, capacity, status);
    });
  }

 private:
  Owned<UNumberFormatter, unumf_close> formatter_;
  Owned<UFormattedNumber, unumf_closeResult> written_;
};

/// A written number, cut at its digits.
struct CutNumber {
  std::string prefix;
  std::vector<unsigned> groups;  ///< digits of each
  std::string separator;         ///< between the last two groups
  std::string suffix;
};

CutNumber cut(std::string_view text, char32_t zero) {
  CutNumber result;
  std::string between;
  bool after_digit = false;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, utf8_sequence(text).bytes);
    const char32_t code_point = code_point_of(character);
    const bool is_digit = code_point >= zero && code_point < zero + 10;
    text.remove_prefix(character.size());
    if (!is_digit) {
      between.append(character);
    } else if (after_digit) {
      ++result.groups.back();
    } else {
      (result.groups.empty() ? result.prefix : result.separator) = std::exchange(between, {});
      result.groups.push_back(1);
    }
    after_digit = is_digit;
  }
  result.suffix = std::move(between);
  if (result.groups.empty()) throw std::runtime_error("ICU: a number without its digits: " + result.suffix);
  return result;
}

char32_t zero_of(const std::string& id) {
  UErrorCode status = U_ZERO_ERROR;
  const NumberFormat format(unum_open(UNUM_DECIMAL, nullptr, 0, id.c_str(), nullptr, &status));
  require_icu(status, "unum_open");
  return code_point_of(icu_text("unum_getSymbol", [&](char16_t* out, std::int32_t capacity, UErrorCode* error) {
    return unum_getSymbol(format.get(), UNUM_ZERO_DIGIT_SYMBOL, out, capacity, error);
  }));
}

/// Of plain numbers, percents or a currency's, as a skeleton of ICU's says: learnt from what ICU writes.
NumberStyle style_of(const std::string& id, std::u16string_view skeleton) {
  NumberStyle style;
  style.zero = zero_of(id);
  const Numbers whole(std::u16string(skeleton).append(u" precision-integer"), id);
  const Numbers with_tenths(std::u16string(skeleton).append(u" .0"), id);
  const auto written = [&](const Numbers& numbers, std::int64_t number) {
    return cut(numbers.write(number), style.zero);
  };
  style.prefix = written(whole, 1).prefix;
  style.suffix = written(whole, 1).suffix;
  style.negative_prefix = written(whole, -1).prefix;
  style.negative_suffix = written(whole, -1).suffix;
  style.mark = written(with_tenths, 1).separator;
  const CutNumber long_one = written(whole, 1'234'567'890'123);
  style.group = long_one.separator;
  if (long_one.groups.size() < 3) return style;
  style.first_group = long_one.groups.back();
  style.other_groups = long_one.groups[long_one.groups.size() - 2];
  std::int64_t shortest = 1;
  for (unsigned digit = 0; digit < style.first_group; ++digit) shortest *= 10;
  constexpr unsigned most = 3;
  for (; style.least_grouped < most && written(whole, shortest).groups.size() < 2; ++style.least_grouped)
    shortest *= 10;
  return style;
}

/// Cuts a pattern of CLDR's into parts and looks up the names that they need.
class PatternReader {
 public:
  PatternReader(const std::string& id, UDateFormatStyle time, UDateFormatStyle date) {
    static constexpr std::u16string_view zone = u"UTC";
    UErrorCode status = U_ZERO_ERROR;
    format_.reset(
        udat_open(time, date, id.c_str(), zone.data(), static_cast<std::int32_t>(zone.size()), nullptr, 0, &status));
    require_icu(status, "udat_open");
  }

  DatePattern read() {
    const std::string pattern =
        icu_text("udat_toPattern", [&](char16_t* out, std::int32_t capacity, UErrorCode* status) {
          return udat_toPattern(format_.get(), false, out, capacity, status);
        });
    bool quoted = false;
    for (std::size_t at = 0; at < pattern.size();) {
      const char letter = pattern[at];
      if (letter == '\'') {
        const bool doubled = pattern.substr(at, 2) == "''";
        if (doubled) add_text("'");
        quoted = quoted != !doubled;
        at += doubled ? 2 : 1;
      } else if (!quoted && ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'))) {
        const std::size_t end = std::min(pattern.find_first_not_of(letter, at), pattern.size());
        add_field(letter, static_cast<unsigned>(end - at));
        at = end;
      } else {
        add_text(std::string_view(pattern).substr(at++, 1));
      }
    }
    return std::move(result_);
  }

 private:
  using Field = DatePattern::Field;

  void add_text(std::string_view text) {
    if (result_.parts.empty() || result_.parts.back().field != Field::literal) result_.parts.emplace_back();
    result_.parts.back().text.append(text);
  }
  void add_number(Field field, unsigned letters) { result_.parts.push_back({.field = field, .least_digits = letters}); }
  void add_names(Field field, UDateFormatSymbolType names, std::int32_t first, std::int32_t count) {
    DatePattern::Part part{.field = field};
    for (std::int32_t index = first; index < first + count; ++index)
      part.names.push_back(icu_text("udat_getSymbols", [&](char16_t* out, std::int32_t capacity, UErrorCode* status) {
        return udat_getSymbols(format_.get(), names, index, out, capacity, status);
      }));
    result_.parts.push_back(std::move(part));
  }

  void add_month(unsigned letters, UDateFormatSymbolType shorter, UDateFormatSymbolType longer) {
    if (letters <= 2) return add_number(Field::month, letters);
    add_names(Field::month, letters == 4 ? longer : shorter, 0, 12);
  }

  void add_field(char letter, unsigned letters) {
    switch (letter) {
      case 'G': return add_names(Field::era, UDAT_ERAS, 1, 1);
      case 'y':
      case 'u':
      case 'r': return add_number(Field::year, letters);
      case 'M': return add_month(letters, UDAT_SHORT_MONTHS, UDAT_MONTHS);
      case 'L': return add_month(letters, UDAT_STANDALONE_SHORT_MONTHS, UDAT_STANDALONE_MONTHS);
      case 'd': return add_number(Field::day, letters);
      case 'E':
      case 'c': return add_names(Field::weekday, letters == 4 ? UDAT_WEEKDAYS : UDAT_SHORT_WEEKDAYS, 1, 7);
      case 'a':
      case 'b':
      case 'B': return add_names(Field::half_of_day, UDAT_AM_PMS, 0, 2);
      case 'H': return add_number(Field::hour, letters);
      case 'h': return add_number(Field::hour_of_12, letters);
      case 'k': return add_number(Field::hour_of_24, letters);
      case 'K': return add_number(Field::hour_from_0, letters);
      case 'm': return add_number(Field::minute, letters);
      case 's': return add_number(Field::second, letters);
      default: throw std::runtime_error(fmt::format("ICU: a date pattern with the field '{}'", letter));
    }
  }

  DateFormatter format_;
  DatePattern result_;
};

}  // namespace

Result<Locale> Locale::find(std::string_view tag) {
  Locale locale;
  if (tag.empty()) return locale;
  const std::string text(tag);
  std::array<char, ULOC_FULLNAME_CAPACITY> id{};
  std::int32_t parsed = 0;
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t length =
      uloc_forLanguageTag(text.c_str(), id.data(), static_cast<std::int32_t>(id.size()), &parsed, &status);
  const bool is_tag = U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING && length > 0 &&
                      static_cast<std::size_t>(parsed) == tag.size();
  if (!is_tag || !is_language_known(id.data())) {
    const std::string what = fmt::format("{} is not a locale like 'en-GB' or 'de-CH'{}", in_quotes(tag),
                                         is_tag ? " whose language is known here." : ".");
    return fail(Error{Errc::invalid_report, what, {{"/report/locale", what}}});
  }
  locale.id_ = id.data();
  return locale;
}

NumberStyle Locale::numbers() const { return style_of(id_, u""); }

NumberStyle Locale::percents() const { return style_of(id_, u"percent"); }

NumberStyle Locale::amounts(std::string_view currency) const {
  std::u16string skeleton = u"currency/";
  skeleton.append(currency.begin(), currency.end());
  return style_of(id_, skeleton);
}

DateFormat Locale::dates(DateStyle style) const {
  DateFormat result;
  result.style = style;
  if (style == DateStyle::iso) return result;
  std::array<char, ULOC_FULLNAME_CAPACITY> id{};
  const std::string& name = is_given() ? id_ : plain_dates;
  name.copy(id.data(), id.size() - 1);
  UErrorCode status = U_ZERO_ERROR;
  uloc_setKeywordValue("calendar", "gregorian", id.data(), static_cast<std::int32_t>(id.size()), &status);
  require_icu(status, "uloc_setKeywordValue");
  const bool is_short = style == DateStyle::short_form;
  const UDateFormatStyle date = is_short ? UDAT_SHORT : style == DateStyle::medium ? UDAT_MEDIUM : UDAT_LONG;
  const UDateFormatStyle time = is_short ? UDAT_SHORT : UDAT_MEDIUM;
  const char32_t zero = zero_of(name);
  const auto pattern = [&](UDateFormatStyle time_style, UDateFormatStyle date_style) {
    DatePattern read = PatternReader(id.data(), time_style, date_style).read();
    read.zero = zero;
    return read;
  };
  result.date = pattern(UDAT_NONE, date);
  result.time = pattern(time, UDAT_NONE);
  result.time_no_seconds = pattern(UDAT_SHORT, UDAT_NONE);
  result.both = pattern(time, date);
  result.both_no_seconds = pattern(UDAT_SHORT, date);
  return result;
}

}  // namespace platen::worker
