#include "worker/data/value.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace platen::worker {

namespace {

constexpr std::array<std::string_view, 4> spaces = {" ", "\t", "\n", "\xC2\xA0"};

/// Whether a text's first or last byte can be that of a space: no for nearly all cells.
constexpr bool may_be_space(char byte) noexcept {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\xC2' || byte == '\xA0';
}

/// Takes pieces off the beginning of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}

  /// Exactly so many digits.
  bool digits(std::size_t count, int& value) noexcept {
    if (text_.size() < count) return false;
    value = 0;
    for (const char digit : text_.substr(0, count)) {
      if (digit < '0' || digit > '9') return false;
      value = 10 * value + (digit - '0');
    }
    text_.remove_prefix(count);
    return true;
  }
  bool take(char character) noexcept {
    if (text_.empty() || text_.front() != character) return false;
    text_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool at_end() const noexcept { return text_.empty(); }

 private:
  std::string_view text_;
};

/// `:15` of minutes, `:26` of seconds with an optional fraction, a zone.
struct TimeOfDay {
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  int milliseconds = 0;
  int offset_minutes = 0;
};

bool read_fraction(Cursor& cursor, int& milliseconds) noexcept {
  int digit = 0;
  int weight = 100;
  if (!cursor.digits(1, digit)) return false;
  do {
    milliseconds += digit * weight;
    weight /= 10;
  } while (cursor.digits(1, digit));
  return true;
}

bool read_zone(Cursor& cursor, int& offset_minutes) noexcept {
  if (cursor.at_end() || cursor.take('Z')) return true;
  const int sign = cursor.take('-') ? -1 : 1;
  if (sign > 0 && !cursor.take('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!cursor.digits(2, hours) || hours > 23) return false;
  const bool colon = cursor.take(':');
  const bool has_minutes = cursor.digits(2, minutes);
  if ((colon && !has_minutes) || minutes > 59) return false;
  offset_minutes = sign * (60 * hours + minutes);
  return true;
}

bool read_time(Cursor& cursor, TimeOfDay& time) noexcept {
  if (!cursor.digits(2, time.hours) || !cursor.take(':') || !cursor.digits(2, time.minutes)) return false;
  if (cursor.take(':')) {
    if (!cursor.digits(2, time.seconds)) return false;
    if (cursor.take('.') && !read_fraction(cursor, time.milliseconds)) return false;
  }
  if (!read_zone(cursor, time.offset_minutes)) return false;
  const bool in_day = time.hours < 24 || (time.hours == 24 && time.minutes == 0 && time.seconds == 0);
  return in_day && time.minutes < 60 && time.seconds <= 60;  // 60: a leap second
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  if (text.empty() || !(may_be_space(text.front()) || may_be_space(text.back()))) return text;
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view space : spaces) {
      if (text.substr(0, space.size()) == space) {
        text.remove_prefix(space.size());
        again = true;
      } else if (text.size() >= space.size() && text.substr(text.size() - space.size()) == space) {
        text.remove_suffix(space.size());
        again = true;
      }
    }
  }
  return text;
}

bool parse_date(std::string_view text, std::int64_t& instant_ms) noexcept {
  Cursor cursor(text);
  int year = 0;
  int month = 0;
  int day = 0;
  if (!cursor.digits(4, year) || !cursor.take('-') || !cursor.digits(2, month) || !cursor.take('-') ||
      !cursor.digits(2, day))
    return false;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return false;
  TimeOfDay time;
  if (!cursor.at_end()) {
    if (!cursor.take('T') && !cursor.take(' ')) return false;
    if (!read_time(cursor, time) || !cursor.at_end()) return false;
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t minutes = days * 24 * 60 + time.hours * 60 + time.minutes - time.offset_minutes;
  instant_ms = (minutes * 60 + time.seconds) * 1000 + time.milliseconds;
  return true;
}

bool parse_boolean(std::string_view text, bool& truth) noexcept {
  constexpr std::array<std::string_view, 6> yes = {"true", "yes", "y", "t", "on", "1"};
  constexpr std::array<std::string_view, 6> no = {"false", "no", "n", "f", "off", "0"};
  const auto is = [text](std::string_view word) {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char left, char right) {
      return (left >= 'A' && left <= 'Z' ? left - 'A' + 'a' : left) == right;
    });
  };
  truth = std::any_of(yes.begin(), yes.end(), is);
  return truth || std::any_of(no.begin(), no.end(), is);
}

}  // namespace platen::worker
