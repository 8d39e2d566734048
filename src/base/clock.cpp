#include "base/clock.hpp"

#include <fmt/compile.h>

namespace platen {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the parts of a text off its front. What does not fit makes it fail for good.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
    return value;
  }
  /// A fraction of a second, in milliseconds; 0 where there is none.
  int fraction() {
    if (!takes(".")) return 0;
    int value = digit() * 100;
    for (int unit = 10; fits_ && !rest_.empty() && is_digit(rest_.front()); unit /= 10) value += digit() * unit;
    return value;
  }
  void expect(std::string_view any_of) { fits_ = takes(any_of) && fits_; }
  /// Whether the next character is one of these; it is taken then.
  bool takes(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool fits() const { return fits_ && rest_.empty(); }

 private:
  int digit() {
    fits_ = fits_ && !rest_.empty() && is_digit(rest_.front());
    if (!fits_) return 0;
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  bool fits_ = true;
};

/// What local time is ahead of UTC.
std::chrono::minutes offset_in(Scanner& text) {
  if (text.takes("Zz")) return std::chrono::minutes(0);
  const bool is_ahead = text.takes("+");
  if (!is_ahead) text.expect("-");
  const int hours = text.number(2);
  text.expect(":");
  const int minutes = text.number(2);
  if (hours > 23 || minutes > 59) text.expect("");
  return std::chrono::minutes((is_ahead ? 1 : -1) * (hours * 60 + minutes));
}

}  // namespace

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
  constexpr int leap_second = 60;
  Scanner scanner(text);
  const std::chrono::year year(scanner.number(4));
  scanner.expect("-");
  const std::chrono::month month(static_cast<unsigned>(scanner.number(2)));
  scanner.expect("-");
  const std::chrono::day day(static_cast<unsigned>(scanner.number(2)));
  scanner.expect("Tt");
  const std::chrono::hours hours(scanner.number(2));
  scanner.expect(":");
  const std::chrono::minutes minutes(scanner.number(2));
  scanner.expect(":");
  const std::chrono::seconds seconds(scanner.number(2));
  const std::chrono::milliseconds fraction(scanner.fraction());
  const std::chrono::minutes offset = offset_in(scanner);
  const std::chrono::year_month_day date(year, month, day);
  if (!scanner.fits() || !date.ok() || hours.count() > 23 || minutes.count() > 59 || seconds.count() > leap_second)
    return std::nullopt;
  return std::chrono::sys_days(date) + hours + minutes + seconds + fraction - offset;
}

std::string rfc3339(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  // Every job shown has one to three: its form is read by the compiler.
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"), static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

}  // namespace platen
