// Numbers and dates as a locale writes them.
#include "tests/unit/worker/data_support.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

namespace {

std::string number_in(std::string_view locale, std::string_view cell, CellFormat format = CellFormat::decimal) {
  Column wanted = column("v", format);
  return print_one(wanted, cell, {}, locale);
}

std::string amount_in(std::string_view locale, std::string_view cell, std::string code) {
  return print_one(money(std::move(code)), cell, {}, locale);
}

std::string date_in(std::string_view locale, DateStyle style, std::string_view cell,
                    CellFormat format = CellFormat::datetime) {
  Column wanted = column("v", format);
  wanted.date_style = style;
  return print_one(wanted, cell, {}, locale);
}

}  // namespace

TEST_CASE("numbers have their locale's marks and groups", "[data]") {
  CHECK(number_in("en-US", "1234567.5") == "1,234,567.5");
  CHECK(number_in("de-DE", "1234567.5") == "1.234.567,5");
  CHECK(number_in("de-CH", "1234567.5") == "1\u2019234\u2019567.5");
  CHECK(number_in("fr-FR", "1234567.5") == "1\u202F234\u202F567,5");
  CHECK(number_in("en-IN", "123456789.5") == "12,34,56,789.5");
  CHECK(number_in("es-ES", "1234.5") == "1234,5");
  CHECK(number_in("es-ES", "12345.5") == "12.345,5");
  CHECK(number_in("sv-SE", "-1.5") == "\u22121,5");
  CHECK(number_in("ar-EG", "1234.5") == "\u0661\u066C\u0662\u0663\u0664\u066B\u0665");
  CHECK(number_in("ar-EG-u-nu-latn", "1234.5") == "1,234.5");
  CHECK(number_in("de-DE", "1234567", CellFormat::integer) == "1234567");
  CHECK(number_in("de-DE", "0.125", CellFormat::percent) == "12,5\u00A0%");
  CHECK(number_in("tr-TR", "-0.125", CellFormat::percent) == "-%12,5");
}

TEST_CASE("amounts have their currency where the locale puts it", "[data]") {
  CHECK(amount_in("en-US", "-1234.5", "EUR") == "-€1,234.50");
  CHECK(amount_in("de-DE", "-1234.5", "EUR") == "-1.234,50\u00A0€");
  CHECK(amount_in("de-CH", "1234.5", "CHF") == "CHF\u00A01\u2019234.50");
  CHECK(amount_in("de-CH", "-1234.5", "CHF") == "CHF-1\u2019234.50");
  CHECK(amount_in("de-AT", "1234.5", "EUR") == "€\u00A01.234,50");
  CHECK(amount_in("ja-JP", "1234.5", "JPY") == "\uFFE51,235");
  CHECK(amount_in("en-IN", "1234567", "INR") == "₹12,34,567.00");
}

TEST_CASE("negative numbers stand in parentheses where the column says so", "[data]") {
  Column wanted = money("EUR");
  wanted.negative = Negative::parentheses;
  CHECK(print_one(wanted, "-1234.5", {}, "de-DE") == "(1.234,50\u00A0€)");
  CHECK(print_one(wanted, "-1234.5") == "(€1,234.50)");
  CHECK(print_one(wanted, "-0.001") == "€0.00");
  CHECK(print_one(wanted, "5") == "€5.00");
}

TEST_CASE("dates have their locale's order and names", "[data]") {
  const std::string cell = "2026-03-04T15:09:26";
  CHECK(date_in("de-DE", DateStyle::short_form, cell) == "04.03.26, 15:09");
  CHECK(date_in("de-DE", DateStyle::medium, cell) == "04.03.2026, 15:09:26");
  CHECK(date_in("de-DE", DateStyle::long_form, cell, CellFormat::date) == "4. März 2026");
  CHECK(date_in("en-US", DateStyle::medium, cell, CellFormat::date) == "Mar 4, 2026");
  CHECK(date_in("fr-FR", DateStyle::long_form, cell, CellFormat::date) == "4 mars 2026");
  CHECK(date_in("ja-JP", DateStyle::long_form, cell, CellFormat::date) == "2026年3月4日");
  CHECK(date_in("ru-RU", DateStyle::long_form, cell, CellFormat::date).find("4 марта 2026") == 0);
  CHECK(date_in("de-DE", DateStyle::medium, cell, CellFormat::time) == "15:09:26");
  CHECK(date_in("de-DE", DateStyle::iso, cell) == "2026-03-04 15:09:26");
  CHECK(date_in("ar-EG", DateStyle::long_form, cell, CellFormat::date) == "\u0664 مارس \u0662\u0660\u0662\u0666");
}

TEST_CASE("without a locale months are English and days come first", "[data]") {
  CHECK(date_in("", DateStyle::medium, "2026-03-04") == "4 Mar 2026");
  CHECK(date_in("", DateStyle::long_form, "2026-03-04") == "4 March 2026");
  CHECK(date_in("", DateStyle::short_form, "2026-03-04T05:06") == "04/03/2026, 05:06");
}

TEST_CASE("a time shows no seconds that it does not have, and its zone if it names one", "[data]") {
  CHECK(date_in("de-DE", DateStyle::medium, "2026-03-04T15:09") == "04.03.2026, 15:09");
  CHECK(date_in("de-DE", DateStyle::medium, "2026-03-04T15:09Z") == "04.03.2026, 15:09 UTC");
  CHECK(date_in("de-DE", DateStyle::medium, "2026-03-04T15:09:26-05:30") == "04.03.2026, 15:09:26 UTC-05:30");
}

TEST_CASE("the calendar is Gregorian everywhere", "[data]") {
  CHECK(date_in("th-TH", DateStyle::short_form, "2026-03-04").find("26") != std::string::npos);
  CHECK(date_in("fa-IR-u-nu-latn", DateStyle::medium, "2026-03-04").find("2026") != std::string::npos);
}

TEST_CASE("a text that is no locale is an error at its place", "[data]") {
  const auto tag = GENERATE(as<std::string>{}, "en_US", "english", "xx", "de-", "und", "zz-ZZ", "\xFF",
                            "de-DE-toolongtag", "root", std::string("de\0", 3));
  INFO(tag);
  const auto locale = Locale::find(tag);
  REQUIRE_FALSE(locale);
  CHECK(locale.error().code == Errc::invalid_report);
  REQUIRE(locale.error().fields.size() == 1);
  CHECK(locale.error().fields.front().pointer == "/report/locale");
  CHECK(locale.error().detail == locale.error().fields.front().detail);
}

TEST_CASE("well-known locales are found", "[data]") {
  for (const char* const tag : {"en", "en-GB", "zh-Hant-TW", "sr-Latn-RS", "pt-BR", "nb-NO", "no", "en-150"}) {
    INFO(tag);
    CHECK(Locale::find(tag));
  }
}
