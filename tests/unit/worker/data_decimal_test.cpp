// Exact decimals: reading, writing, arithmetic.
#include <cmath>
#include <random>

#include "tests/support/catch.hpp"
#include "worker/data/decimal.hpp"
#include "worker/data/number_style.hpp"

using namespace platen::worker;

namespace {

std::string plain(const Decimal& number) {
  std::string text;
  append_number(text, number, {.group = {}, .decimals = number.scale()});
  return text;
}

/// The number in its plain form, or why there is none.
std::string read(std::string_view text, char mark = '.') {
  const auto number = Decimal::parse(text, mark);
  if (number) return plain(*number);
  return number.error() == NumberFault::too_long ? "too long" : "not a number";
}

std::string written(std::string_view text, const NumberStyle& style) {
  std::string out;
  append_number(out, Decimal::parse(text).value(), style);
  return out;
}

Decimal number(std::string_view text) { return Decimal::parse(text).value(); }

}  // namespace

TEST_CASE("numbers are read in the forms that people and programs write", "[data]") {
  CHECK(read("0") == "0");
  CHECK(read("-12.50") == "-12.50");
  CHECK(read("+7") == "7");
  CHECK(read(" 5\t") == "5");
  CHECK(read("\u22125") == "-5");
  CHECK(read(".5") == "0.5");
  CHECK(read("007") == "7");
  CHECK(read("1,234,567.89") == "1234567.89");
  CHECK(read("1.234.567,89", ',') == "1234567.89");
  CHECK(read("1 234,5", ',') == "1234.5");
  CHECK(read("1\u00A0234\u00A0567") == "1234567");
  CHECK(read("1\u202F234") == "1234");
  CHECK(read("1'234.50") == "1234.50");
  CHECK(read("1\u2019234") == "1234");
  CHECK(read("1.5e3") == "1500");
  CHECK(read("15E-3") == "0.015");
  CHECK(read("1e+2") == "100");
  CHECK(read("0e999999") == "0");
  CHECK(read("-0.0") == "0.0");
}

TEST_CASE("what is no number is refused", "[data]") {
  for (const char* const text :
       {"",       " ",        "-",         ".",      "5.",    "abc",    "1a", "1.2.3", "1,23", "12,34,567",
        "1,2345", "0,125",    "1,234 567", "1 ,234", "--1",   "+-1",    "1e", "1e+",   "e5",   "NaN",
        "nan",    "Infinity", "-inf",      "0x10",   "1_000", "\u0661", "1,", "1,234,"})
    CHECK(read(text) == "not a number");
  CHECK(read("1.5", ',') == "not a number");
  CHECK(read("1,5", '.') == "not a number");
}

TEST_CASE("numbers past 38 digits are refused, not rounded", "[data]") {
  const std::string most(38, '9');
  CHECK(read(most) == most);
  CHECK(read("-" + most) == "-" + most);
  CHECK(read("0." + most) == "0." + most);
  CHECK(read("000" + most) == most);
  for (const std::string& text : {most + "0", "1" + std::string(38, '0'), std::string("1e38"), std::string("10e400"),
                                  std::string("1e-39"), std::string("1e99999999999999999999"), "0.0" + most})
    CHECK(read(text) == "too long");
}

TEST_CASE("what is written is read back as the same number", "[data]") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    const unsigned digits = 1 + static_cast<unsigned>(random() % 38);
    Int128 mantissa = 0;
    for (unsigned count = 0; count < digits; ++count) mantissa = 10 * mantissa + static_cast<int>(random() % 10);
    const Decimal original(random() % 2 ? mantissa : -mantissa, static_cast<unsigned>(random() % 39));
    for (const char* const mark : {".", ","}) {
      std::string text;
      append_number(text, original, {.mark = mark, .group = *mark == '.' ? "," : ".", .decimals = original.scale()});
      INFO(text);
      const auto back = Decimal::parse(text, *mark);
      REQUIRE(back);
      REQUIRE(*back == original);
      REQUIRE(back->scale() == original.scale());
    }
  }
}

TEST_CASE("numbers are written with their style's digits, half away from zero", "[data]") {
  CHECK(written("1234567.891", {.decimals = 2}) == "1,234,567.89");
  CHECK(written("1234567.895", {.mark = ",", .group = ".", .decimals = 2}) == "1.234.567,90");
  CHECK(written("123456", {.group = {}}) == "123456");
  CHECK(written("0.5", {}) == "1");
  CHECK(written("-0.5", {}) == "-1");
  CHECK(written("-0.4", {}) == "0");
  CHECK(written("-0.004", {.decimals = 2}) == "0.00");
  CHECK(written("2.5", {.decimals = 3}) == "2.500");
  CHECK(written("999.995", {.decimals = 2}) == "1,000.00");
  CHECK(written("-12.5", {.decimals = 2, .negative_prefix = "-€"}) == "-€12.50");
  CHECK(written("12.5", {.decimals = 1, .suffix = "%"}) == "12.5%");
  CHECK(written("1", {.decimals = 10}) == "1.0000000000");
  CHECK(written(std::string(38, '9'), {.decimals = 10}).size() == 38 + 12 + 11);
  CHECK(written("0." + std::string(37, '0') + "1", {.decimals = 38}) == "0." + std::string(37, '0') + "1");
}

TEST_CASE("sums are exact, or say that they cannot be", "[data]") {
  Decimal sum;
  for (int count = 0; count < 1000; ++count) sum = sum.plus(number("0.1")).value();
  CHECK(sum == number("100"));
  CHECK(plain(*number("1.5").plus(number("-2.25"))) == "-0.75");
  const std::string most(38, '9');
  CHECK_FALSE(number(most).plus(number("1")));
  CHECK_FALSE(number(most).plus(number("0.1")));
  CHECK(number(most).plus(number("-1")));
}

TEST_CASE("numbers compare by value, whatever their digits", "[data]") {
  CHECK(number("1.50") == number("1.5"));
  CHECK(number("-1.5") < number("-1.49"));
  CHECK(number("0." + std::string(37, '0') + "1") > number("0"));
  CHECK(number(std::string(38, '9')) > number("0." + std::string(38, '9')));
  CHECK(number("-" + std::string(38, '9')) < number("-0.5"));
}

TEST_CASE("quotients are rounded once, half away from zero", "[data]") {
  CHECK(plain(*number("10").divided_by(3, 2)) == "3.33");
  CHECK(plain(*number("20").divided_by(3, 2)) == "6.67");
  CHECK(plain(*number("-20").divided_by(3, 2)) == "-6.67");
  CHECK(plain(*number("0.25").divided_by(1, 1)) == "0.3");
  CHECK(plain(*number("0.449").divided_by(1, 1)) == "0.4");
  CHECK(plain(*number("1").divided_by(2, 0)) == "1");
  CHECK(plain(*number("0.05").divided_by(2, 2)) == "0.03");
  CHECK_FALSE(number(std::string(38, '9')).divided_by(1, 2));
  std::mt19937_64 random(2);
  for (int round = 0; round < 5'000; ++round) {
    const auto cents = static_cast<std::int64_t>(random() % 2'000'000) - 1'000'000;
    const std::uint64_t divisor = 1 + random() % 1000;
    const unsigned scale = static_cast<unsigned>(random() % 4);
    // In whole numbers: twice the exact quotient's distance from the answer is at most one unit of its last digit.
    const Int128 answer = Decimal(cents, 2).divided_by(divisor, scale)->mantissa();
    const Int128 power = scale == 0 ? 1 : scale == 1 ? 10 : scale == 2 ? 100 : 1000;
    const Int128 distance = 2 * (answer * 100 * static_cast<Int128>(divisor) - cents * power);
    const Int128 unit = 100 * static_cast<Int128>(divisor);
    INFO(cents << " / " << divisor << " to " << scale);
    REQUIRE(distance <= unit);
    REQUIRE(distance >= -unit);
  }
}
