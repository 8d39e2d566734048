// Dates and times: what is read, what is shown.
#include "tests/unit/worker/data_support.hpp"
#include "worker/data/moment.hpp"

using namespace platen;
using namespace platen::worker;
using namespace platen::worker::test;

namespace {

std::string instant_of(const tl::expected<Moment, MomentFault>& moment) {
  if (moment) return std::to_string(moment->instant_ms);
  switch (moment.error()) {
    case MomentFault::not_a_moment: return "none";
    case MomentFault::no_such_day: return "no such day";
    case MomentFault::no_such_time: return "no such time";
    case MomentFault::short_year: return "short year";
    case MomentFault::out_of_range: return "out of range";
  }
  return "";
}

std::string read(std::string_view text, DateInput input = DateInput::iso) {
  return instant_of(parse_moment(text, input));
}

Column dated(CellFormat format, DateInput input = DateInput::iso, DateStyle style = DateStyle::iso) {
  Column result = column("v", format);
  result.input = input;
  result.date_style = style;
  return result;
}

}  // namespace

TEST_CASE("ISO dates are read, days that do not exist are not", "[data]") {
  CHECK(read("1970-01-01") == "0");
  CHECK(read("1970-01-02T00:00:00.250Z") == "86400250");
  CHECK(read("2000-02-29 12:30") == "951827400000");
  CHECK(read("1970-01-01T02:00+02:00") == "0");
  CHECK(read("1970-01-01T00:00-0130") == "5400000");
  CHECK(read("1969-12-31T24:00:00") == "0");
  CHECK(read("0001-01-01") == "-62135596800000");
  CHECK(read("9999-12-31") == "253402214400000");
  for (const char* const text : {"2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-04-31", "1900-02-29"})
    CHECK(read(text) == "no such day");
  for (const char* const text : {"2026-01-01T25:00", "2026-01-01T10:60", "2026-01-01T10:00:61", "2026-01-01 24:01"})
    CHECK(read(text) == "no such time");
  CHECK(read("0000-01-01") == "out of range");
  for (const char* const text : {"", "2026-1-1", "20260101", "2026-01-01T", "2026-01-01T1:00", "2026-01-01T10:00:00.",
                                 "2026-01-01T10:00+", "2026-01-01T10:00+25:00", "2026-01-01x", "2026-01-01  10:00",
                                 "01.02.2026", "10000-01-01", "2026-01-01T10:00 PM"})
    CHECK(read(text) == "none");
}

TEST_CASE("dates are read in the order that the column names", "[data]") {
  CHECK(read("31.12.1969", DateInput::dmy) == "-86400000");
  CHECK(read("2/1/1970", DateInput::dmy) == "86400000");
  CHECK(read("02-01-1970", DateInput::dmy) == "86400000");
  CHECK(read("1/2/1970", DateInput::mdy) == "86400000");
  CHECK(read("1970/1/2", DateInput::ymd) == "86400000");
  CHECK(read("1970.01.02", DateInput::ymd) == "86400000");
  CHECK(read("2.1.1970 1:00", DateInput::dmy) == "90000000");
  CHECK(read("2.1.1970, 01:00:00Z", DateInput::dmy) == "90000000");
  CHECK(read("1/2/1970 1:00 AM", DateInput::mdy) == "90000000");
  CHECK(read("1/1/1970 12:30am", DateInput::mdy) == "1800000");
  CHECK(read("1/1/1970 12:00 PM", DateInput::mdy) == "43200000");
  CHECK(read("1/1/1970T02:00+02:00", DateInput::mdy) == "0");
  CHECK(read("31.12.26", DateInput::dmy) == "short year");
  CHECK(read("12/31/26 10:00", DateInput::mdy) == "short year");
  CHECK(read("26-12-31", DateInput::ymd) == "short year");
  CHECK(read("30.2.2026", DateInput::dmy) == "no such day");
  CHECK(read("12/31/2026", DateInput::dmy) == "no such day");
  CHECK(read("0.1.2026", DateInput::dmy) == "no such day");
  CHECK(read("1.1.0000", DateInput::dmy) == "out of range");
  CHECK(read("1.1.20260", DateInput::dmy) == "out of range");
  CHECK(read("1/1/2026 13:00 PM", DateInput::mdy) == "none");
  CHECK(read("1/1/2026 12:60", DateInput::mdy) == "no such time");
  for (const char* const text : {"", "1", "1.", "1.2", "1.2.", "1.2/2026", "1 2 2026", "1.2.202", "001.2.2026",
                                 ".1.2026", "1.2.2026x", "1.2.2026 ", "-1.2.2026", "2026-01-02", "1.2.99999999999"})
    CHECK(read(text, DateInput::dmy) == "none");
}

TEST_CASE("seconds and milliseconds since 1970 are read within the calendar", "[data]") {
  CHECK(read("0", DateInput::unix) == "0");
  CHECK(read("-1", DateInput::unix) == "-1000");
  CHECK(read("1767225600.5", DateInput::unix) == "1767225600500");
  CHECK(read("1.7672256e9", DateInput::unix) == "1767225600000");
  CHECK(read("1767225600500", DateInput::unix_ms) == "1767225600500");
  CHECK(read("253402300799", DateInput::unix) == "253402300799000");
  CHECK(read("253402300800", DateInput::unix) == "out of range");
  CHECK(read("-62135596800", DateInput::unix) == "-62135596800000");
  CHECK(read("-62135596801", DateInput::unix) == "out of range");
  CHECK(read("1e30", DateInput::unix_ms) == "out of range");
  CHECK(read("1e400", DateInput::unix) == "out of range");
  CHECK(read("2026-01-01", DateInput::unix) == "none");
  CHECK(read("NaN", DateInput::unix) == "none");
}

TEST_CASE("a time of day is read alone", "[data]") {
  CHECK(instant_of(parse_time("15:09")) == "54540000");
  CHECK(instant_of(parse_time("9:05:26.5")) == "32726500");
  CHECK(instant_of(parse_time("3:09 PM")) == "54540000");
  CHECK(instant_of(parse_time("15:09+01:00")) == "50940000");
  CHECK(instant_of(parse_time("24:00")) == "86400000");
  CHECK(instant_of(parse_time("25:00")) == "no such time");
  for (const char* const text : {"", "15", "15:9", "15.09", "x", "15:09 CET", "0:30 AM"})
    CHECK(instant_of(parse_time(text)) == "none");
}

TEST_CASE("a date shows its date only, a datetime what it has, a time its time", "[data]") {
  const std::string cell = "2026-01-31T10:00:00.123456+02:00";
  CHECK(print_one(column("v", CellFormat::date), cell) == "2026-01-31");
  CHECK(print_one(column("v", CellFormat::datetime), cell) == "2026-01-31 10:00:00+02:00");
  CHECK(print_one(column("v", CellFormat::time), cell) == "10:00:00+02:00");
  CHECK(print_one(column("v", CellFormat::datetime), "2026-01-31") == "2026-01-31");
  CHECK(print_one(column("v", CellFormat::datetime), "2026-01-31T23:59") == "2026-01-31 23:59");
  CHECK(print_one(column("v", CellFormat::datetime), "0001-01-01T00:00:00Z") == "0001-01-01 00:00:00Z");
  CHECK(print_one(column("v", CellFormat::datetime), "1969-12-31T00:00-11:30") == "1969-12-31 00:00-11:30");
  CHECK(print_one(column("v", CellFormat::datetime), "9999-12-31T24:00") == "10000-01-01 00:00");
  CHECK(print_one(column("v", CellFormat::time), "3:09 pm") == "15:09");
  CHECK(print_one(column("v", CellFormat::time), "1960-05-05 03:09") == "03:09");
  CHECK(print_one(dated(CellFormat::date, DateInput::dmy), "1.2.2026 10:00") == "2026-02-01");
  CHECK(print_one(dated(CellFormat::datetime, DateInput::unix), "1767225600") == "2026-01-01 00:00:00Z");
  CHECK(print_one(dated(CellFormat::time, DateInput::unix_ms), "1767225600000") == "00:00:00Z");
}

TEST_CASE("an input without a format shows dates with the times that they have", "[data]") {
  Column plain = column("v");
  plain.input = DateInput::mdy;
  CHECK(printed("v\n1/31/2026\n1/31/2026 5:00 PM\n", {.columns = {plain}}) ==
        std::vector<Cells>{{"2026-01-31"}, {"2026-01-31 17:00"}});
}

TEST_CASE("a cell that is no date is told why, with row and column", "[data]") {
  const auto fault = [](CellFormat format, DateInput input, std::string_view cell) {
    const std::string text = print_one(dated(format, input), cell);
    constexpr std::string_view place = "Row 1 (line 2), column 'v': ";
    REQUIRE(text.substr(0, place.size()) == place);
    return text.substr(place.size());
  };
  CHECK(fault(CellFormat::date, DateInput::iso, "31.1.2026") == "'31.1.2026' is not a date like 2026-03-14.");
  CHECK(fault(CellFormat::date, DateInput::iso, "2026-02-30") == "'2026-02-30' is a day that does not exist.");
  CHECK(fault(CellFormat::date, DateInput::iso, "0000-01-01") == "'0000-01-01' is not within the years 1 to 9999.");
  CHECK(fault(CellFormat::datetime, DateInput::iso, "2026-01-01 25:00") ==
        "'2026-01-01 25:00' is a time that does not exist.");
  CHECK(fault(CellFormat::date, DateInput::dmy, "31.1.26") ==
        "'31.1.26' has a year of two digits; all four are needed.");
  CHECK(fault(CellFormat::date, DateInput::dmy, "2026-01-31") == "'2026-01-31' is not a date like 14.3.2026.");
  CHECK(fault(CellFormat::date, DateInput::mdy, "x") == "'x' is not a date like 3/14/2026.");
  CHECK(fault(CellFormat::date, DateInput::ymd, "x") == "'x' is not a date like 2026/3/14.");
  CHECK(fault(CellFormat::time, DateInput::iso, "x") == "'x' is not a time like 15:09.");
  CHECK(fault(CellFormat::time, DateInput::iso, "2026-01-31") == "'2026-01-31' is not a time like 15:09.");
  CHECK(fault(CellFormat::date, DateInput::unix, "now") == "'now' is not a number of seconds since 1970.");
  CHECK(fault(CellFormat::datetime, DateInput::unix, "1767225600000") ==
        "'1767225600000' is not within the years 1 to 9999.");
}
