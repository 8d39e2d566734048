// What a language and region write differently: numbers, currencies, dates.
#pragma once

#include <string>
#include <string_view>

#include "platen/error.hpp"
#include "platen/report.hpp"
#include "worker/data/date_format.hpp"
#include "worker/data/number_style.hpp"

namespace platen::worker {

/// A locale of Unicode's CLDR, as ICU has it. A value. Its calls ask ICU and are for planning; what they answer is all
/// that writing needs. The calendar is always the Gregorian one.
/// Threads: any. Errors: `find` alone fails; an ICU without its data is a bug of the installation and throws.
class Locale {
 public:
  /// None: numbers are the data's own affair, dates as in British English.
  Locale() = default;
  /// By its BCP 47 tag (`de-CH`, `ar-EG-u-nu-latn`); empty: none. `invalid_report` at /report/locale for a text that is
  /// no such tag, or a language that ICU does not know.
  [[nodiscard]] static Result<Locale> find(std::string_view tag);

  [[nodiscard]] bool is_given() const noexcept { return !id_.empty(); }
  /// ICU's name for it, as `de_CH`; empty: none.
  [[nodiscard]] const std::string& id() const noexcept { return id_; }

  /// Of plain numbers, percents and amounts of a currency (ISO 4217). The decimals are the caller's to set.
  /// Only of a given locale.
  [[nodiscard]] NumberStyle numbers() const;
  [[nodiscard]] NumberStyle percents() const;
  [[nodiscard]] NumberStyle amounts(std::string_view currency) const;
  [[nodiscard]] DateFormat dates(DateStyle style) const;

 private:
  std::string id_;
};

}  // namespace platen::worker
