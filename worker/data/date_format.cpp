#include "worker/data/date_format.hpp"

#include <array>
#include <cstdlib>
#include <string_view>

#include "worker/data/number_style.hpp"

namespace platen::worker {

namespace {

void append_two(std::string& out, unsigned value) {
  out.push_back(static_cast<char>('0' + value / 10 % 10));
  out.push_back(static_cast<char>('0' + value % 10));
}

void append_iso_date(std::string& out, const CivilTime& civil) {
  const auto year = static_cast<unsigned>(civil.year);
  if (year > 9999) out.append(std::to_string(year / 10'000));  // the last midnight, in a zone east of Greenwich
  append_two(out, year / 100);
  append_two(out, year);
  out.push_back('-');
  append_two(out, civil.month);
  out.push_back('-');
  append_two(out, civil.day);
}

void append_iso_time(std::string& out, const CivilTime& civil, bool with_seconds) {
  append_two(out, civil.hour);
  out.push_back(':');
  append_two(out, civil.minute);
  if (!with_seconds) return;
  out.push_back(':');
  append_two(out, civil.second);
}

void append_offset(std::string& out, int minutes) {
  out.push_back(minutes < 0 ? '-' : '+');
  append_two(out, static_cast<unsigned>(std::abs(minutes)) / 60);
  out.push_back(':');
  append_two(out, static_cast<unsigned>(std::abs(minutes)) % 60);
}

/// A padded number in the locale's digits.
void append_field(std::string& out, unsigned value, unsigned least_digits, char32_t zero) {
  std::array<char, 16> buffer;
  char* const end = buffer.data() + buffer.size();
  char* begin = end;
  for (; value > 0 || begin + least_digits > end || begin == end; value /= 10)
    *--begin = static_cast<char>('0' + value % 10);
  append_digits(out, {begin, static_cast<std::size_t>(end - begin)}, zero);
}

/// What a field of a pattern has for a value; of a name its index.
unsigned value_of(DatePattern::Field field, const CivilTime& civil) noexcept {
  using Field = DatePattern::Field;
  switch (field) {
    case Field::year: return static_cast<unsigned>(civil.year);
    case Field::month: return civil.month;
    case Field::day: return civil.day;
    case Field::weekday: return civil.weekday;
    case Field::half_of_day: return civil.hour / 12;
    case Field::hour: return civil.hour;
    case Field::hour_of_12: return (civil.hour + 11) % 12 + 1;
    case Field::hour_of_24: return (civil.hour + 23) % 24 + 1;
    case Field::hour_from_0: return civil.hour % 12;
    case Field::minute: return civil.minute;
    case Field::second: return civil.second;
    case Field::literal:
    case Field::era: break;
  }
  return 0;
}

void append_pattern(std::string& out, const DatePattern& pattern, const CivilTime& civil) {
  for (const DatePattern::Part& part : pattern.parts) {
    if (part.field == DatePattern::Field::literal) {
      out.append(part.text);
      continue;
    }
    unsigned value = value_of(part.field, civil);
    if (!part.names.empty()) {
      out.append(part.names[value - (part.field == DatePattern::Field::month ? 1 : 0)]);
      continue;
    }
    if (part.field == DatePattern::Field::year && part.least_digits == 2) value %= 100;
    append_field(out, value, part.least_digits, pattern.zero);
  }
}

}  // namespace

void append_moment(std::string& out, const Moment& moment, CellFormat format, const DateFormat& dates) {
  const bool with_date = moment.has_date && format != CellFormat::time;
  const bool with_time = moment.has_time && format != CellFormat::date;
  const CivilTime civil = civil_time(moment);
  if (dates.style == DateStyle::iso) {
    if (with_date) append_iso_date(out, civil);
    if (with_date && with_time) out.push_back(' ');
    if (with_time) append_iso_time(out, civil, moment.has_seconds);
    if (!with_time || !moment.has_zone) return;
    if (moment.offset_minutes == 0) return out.push_back('Z');
    return append_offset(out, moment.offset_minutes);
  }
  if (!with_time) {
    if (with_date) append_pattern(out, dates.date, civil);
    return;
  }
  const DatePattern& with_seconds = with_date ? dates.both : dates.time;
  const DatePattern& without = with_date ? dates.both_no_seconds : dates.time_no_seconds;
  append_pattern(out, moment.has_seconds ? with_seconds : without, civil);
  if (!moment.has_zone) return;
  out.append(" UTC");
  if (moment.offset_minutes != 0) append_offset(out, moment.offset_minutes);
}

}  // namespace platen::worker
