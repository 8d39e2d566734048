#include "worker/data/moment.hpp"

#include <array>
#include <chrono>
#include <cstddef>

#include "worker/data/decimal.hpp"

namespace platen::worker {

namespace {

using Read = tl::expected<Moment, MomentFault>;

constexpr std::int64_t ms_per_minute = 60'000;
constexpr std::int64_t ms_per_day = 24 * 60 * ms_per_minute;
constexpr std::int64_t first_instant_ms = -62'135'596'800'000;  // 0001-01-01
constexpr std::int64_t last_instant_ms = 253'402'300'799'999;   // the end of 9999-12-31

constexpr bool is_digit(char character) noexcept { return character >= '0' && character <= '9'; }

/// Takes pieces off the beginning of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}

  /// From `least` to `most` digits.
  bool digits(std::size_t least, std::size_t most, int& value) noexcept {
    std::size_t count = 0;
    value = 0;
    for (; count < most && count < text_.size() && is_digit(text_[count]); ++count)
      value = 10 * value + (text_[count] - '0');
    if (count < least) return false;
    text_.remove_prefix(count);
    return true;
  }
  bool take(char character) noexcept {
    if (text_.empty() || text_.front() != character) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// A letter of either case; `letter` is the small one.
  bool take_letter(char letter) noexcept { return take(letter) || take(static_cast<char>(letter - 'a' + 'A')); }
  [[nodiscard]] bool at_end() const noexcept { return text_.empty(); }
  [[nodiscard]] bool at_digit() const noexcept { return !text_.empty() && is_digit(text_.front()); }
  [[nodiscard]] std::string_view rest() const noexcept { return text_; }

 private:
  std::string_view text_;
};

/// A time of day as it is read.
struct Clock {
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  int milliseconds = 0;
  int offset_minutes = 0;
  bool has_seconds = false;
  bool has_zone = false;

  [[nodiscard]] bool exists() const noexcept {
    const bool in_day = hours < 24 || (hours == 24 && minutes == 0 && seconds == 0);
    return in_day && minutes < 60 && seconds <= 60;  // 60: a leap second
  }
  [[nodiscard]] std::int64_t in_ms() const noexcept {
    return (std::int64_t{60} * (60 * hours + minutes) + seconds) * 1000 + milliseconds;
  }
};

bool read_fraction(Cursor& cursor, int& milliseconds) noexcept {
  int digit = 0;
  int weight = 100;
  if (!cursor.digits(1, 1, digit)) return false;
  do {
    milliseconds += digit * weight;
    weight /= 10;
  } while (cursor.digits(1, 1, digit));
  return true;
}

bool read_zone(Cursor& cursor, Clock& clock) noexcept {
  if (cursor.at_end()) return true;
  clock.has_zone = true;
  if (cursor.take('Z')) return true;
  const int sign = cursor.take('-') ? -1 : 1;
  if (sign > 0 && !cursor.take('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!cursor.digits(2, 2, hours) || hours > 23) return false;
  const bool colon = cursor.take(':');
  const bool has_minutes = cursor.digits(2, 2, minutes);
  if ((colon && !has_minutes) || minutes > 59) return false;
  clock.offset_minutes = sign * (60 * hours + minutes);
  return true;
}

/// ` PM`, which makes three of the afternoon of three.
bool read_half_of_day(Cursor& cursor, Clock& clock) noexcept {
  Cursor ahead = cursor;
  (void)ahead.take(' ');
  const bool afternoon = ahead.take_letter('p');
  if (!afternoon && !ahead.take_letter('a')) return true;
  if (!ahead.take_letter('m') || clock.hours < 1 || clock.hours > 12) return false;
  clock.hours = clock.hours % 12 + (afternoon ? 12 : 0);
  cursor = ahead;
  return true;
}

enum class ClockForm { strict, loose };

/// To the end of the text. Strict: two digits of hours, no AM or PM.
bool read_clock(Cursor& cursor, ClockForm form, Clock& clock) noexcept {
  const std::size_t least_digits = form == ClockForm::strict ? 2 : 1;
  if (!cursor.digits(least_digits, 2, clock.hours) || !cursor.take(':') || !cursor.digits(2, 2, clock.minutes))
    return false;
  if (cursor.take(':')) {
    clock.has_seconds = true;
    if (!cursor.digits(2, 2, clock.seconds)) return false;
    if (cursor.take('.') && !read_fraction(cursor, clock.milliseconds)) return false;
  }
  if (form == ClockForm::loose && !read_half_of_day(cursor, clock)) return false;
  return read_zone(cursor, clock) && cursor.at_end();
}

void put_clock(Moment& moment, const Clock& clock) noexcept {
  moment.instant_ms += clock.in_ms() - clock.offset_minutes * ms_per_minute;
  moment.offset_minutes = static_cast<std::int16_t>(clock.offset_minutes);
  moment.has_time = true;
  moment.has_seconds = clock.has_seconds;
  moment.has_zone = clock.has_zone;
}

/// The moment of a day at midnight.
Read day_of(int year, int month, int day) noexcept {
  if (year == 0) return tl::unexpected(MomentFault::out_of_range);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return tl::unexpected(MomentFault::no_such_day);
  Moment moment;
  moment.instant_ms = std::chrono::sys_days(date).time_since_epoch().count() * ms_per_day;
  moment.has_date = true;
  return moment;
}

/// The time behind a date, if there is one.
Read with_clock(Read day, Cursor cursor, ClockForm form) noexcept {
  if (cursor.at_end()) return day;
  if (form == ClockForm::loose) (void)cursor.take(',');
  if (!cursor.take('T') && !cursor.take(' ')) return tl::unexpected(MomentFault::not_a_moment);
  Clock clock;
  if (!read_clock(cursor, form, clock)) return tl::unexpected(MomentFault::not_a_moment);
  if (!day) return day;
  if (!clock.exists()) return tl::unexpected(MomentFault::no_such_time);
  put_clock(*day, clock);
  return day;
}

Read read_iso(std::string_view text) noexcept {
  constexpr std::string_view form = "0000-00-00";
  if (text.size() < form.size() || text[4] != '-' || text[7] != '-') return tl::unexpected(MomentFault::not_a_moment);
  for (const std::size_t place : {0, 1, 2, 3, 5, 6, 8, 9})
    if (!is_digit(text[place])) return tl::unexpected(MomentFault::not_a_moment);
  const auto two = [&](std::size_t place) { return 10 * (text[place] - '0') + (text[place + 1] - '0'); };
  const Read day = day_of(100 * two(0) + two(2), two(5), two(8));
  return text.size() == form.size() ? day : with_clock(day, Cursor(text.substr(form.size())), ClockForm::strict);
}

/// Where day, month and year stand.
struct DateOrder {
  std::size_t year;
  std::size_t month;
  std::size_t day;
};
constexpr DateOrder order_of(DateInput input) noexcept {
  if (input == DateInput::mdy) return {2, 0, 1};
  if (input == DateInput::ymd) return {0, 1, 2};
  return {2, 1, 0};
}

Read read_ordered(std::string_view text, const DateOrder& order) noexcept {
  constexpr std::size_t longest_year = 9;  // for the message: more digits are no year at all
  Cursor cursor(text);
  std::array<int, 3> numbers{};
  std::size_t year_digits = 0;
  char separator = 0;
  for (std::size_t part = 0; part < 3; ++part) {
    const std::size_t before = cursor.rest().size();
    if (!cursor.digits(1, part == order.year ? longest_year : 2, numbers[part]))
      return tl::unexpected(MomentFault::not_a_moment);
    if (part == order.year) year_digits = before - cursor.rest().size();
    if (part == 0) separator = cursor.at_end() ? '\0' : cursor.rest().front();
    const bool known = separator == '.' || separator == '/' || separator == '-';
    if (!known || (part < 2 && !cursor.take(separator))) return tl::unexpected(MomentFault::not_a_moment);
  }
  if (cursor.at_digit()) return tl::unexpected(MomentFault::not_a_moment);
  if (year_digits == 2) return tl::unexpected(MomentFault::short_year);
  if (year_digits > 4) return tl::unexpected(MomentFault::out_of_range);
  if (year_digits != 4) return tl::unexpected(MomentFault::not_a_moment);
  return with_clock(day_of(numbers[order.year], numbers[order.month], numbers[order.day]), cursor, ClockForm::loose);
}

/// A number of units since 1970, each of 10^`power` milliseconds.
Read read_count(std::string_view text, unsigned power) noexcept {
  const auto number = Decimal::parse(text);
  if (!number) {
    const bool too_long = number.error() == NumberFault::too_long;
    return tl::unexpected(too_long ? MomentFault::out_of_range : MomentFault::not_a_moment);
  }
  const auto in_ms = number->times_power_of_ten(power);
  if (!in_ms || *in_ms < Decimal(first_instant_ms, 0) || *in_ms > Decimal(last_instant_ms, 0))
    return tl::unexpected(MomentFault::out_of_range);
  Moment moment;
  moment.instant_ms = static_cast<std::int64_t>(in_ms->rounded(0)->mantissa());
  moment.has_date = moment.has_time = moment.has_seconds = moment.has_zone = true;
  return moment;
}

}  // namespace

Read parse_moment(std::string_view text, DateInput input) noexcept {
  switch (input) {
    case DateInput::iso: return read_iso(text);
    case DateInput::dmy:
    case DateInput::mdy:
    case DateInput::ymd: return read_ordered(text, order_of(input));
    case DateInput::unix: return read_count(text, 3);
    case DateInput::unix_ms: return read_count(text, 0);
  }
  return tl::unexpected(MomentFault::not_a_moment);
}

Read parse_time(std::string_view text) noexcept {
  Cursor cursor(text);
  Clock clock;
  if (!read_clock(cursor, ClockForm::loose, clock)) return tl::unexpected(MomentFault::not_a_moment);
  if (!clock.exists()) return tl::unexpected(MomentFault::no_such_time);
  Moment moment;
  put_clock(moment, clock);
  return moment;
}

Moment only_time(Moment moment) noexcept {
  const std::int64_t in_day_ms = (moment.local_ms() % ms_per_day + ms_per_day) % ms_per_day;
  moment.instant_ms = in_day_ms - moment.offset_minutes * ms_per_minute;
  moment.has_date = false;
  return moment;
}

CivilTime civil_time(const Moment& moment) noexcept {
  const std::int64_t local_ms = moment.local_ms();
  std::int64_t days = local_ms / ms_per_day;
  std::int64_t in_day_ms = local_ms % ms_per_day;
  if (in_day_ms < 0) {
    in_day_ms += ms_per_day;
    --days;
  }
  const std::chrono::sys_days day{std::chrono::days(days)};
  const std::chrono::year_month_day date(day);
  const auto seconds = static_cast<unsigned>(in_day_ms / 1000);
  CivilTime civil;
  civil.year = static_cast<int>(date.year());
  civil.month = static_cast<unsigned>(date.month());
  civil.day = static_cast<unsigned>(date.day());
  civil.weekday = std::chrono::weekday(day).c_encoding();
  civil.hour = seconds / 3600;
  civil.minute = seconds / 60 % 60;
  civil.second = seconds % 60;
  return civil;
}

}  // namespace platen::worker
