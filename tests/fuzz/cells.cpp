// One cell under each format, input, style and locale: no crash, and what is written is read back as the same.
#include <array>
#include <cstdlib>
#include <map>

#include "worker/data/cell.hpp"
#include "worker/data/sort_key.hpp"
#include "worker/data/utf8.hpp"

namespace {

using namespace platen;
using namespace platen::worker;

constexpr std::size_t knobs = 6;
constexpr std::array<const char*, 7> locales = {"", "de-CH", "en-IN", "ar-EG", "fr-FR", "th-TH", "sv-SE"};

void require(bool truth) {
  if (!truth) std::abort();
}

/// What the digits at the beginning choose; plans are kept, for ICU takes its time.
const ColumnPlan& plan_of(const std::array<unsigned, knobs>& chosen) {
  static std::map<std::array<unsigned, knobs>, ColumnPlan> plans;
  const auto known = plans.find(chosen);
  if (known != plans.end()) return known->second;
  Column column;
  column.field = "v";
  column.format = static_cast<CellFormat>(chosen[0]);
  column.input = static_cast<DateInput>(chosen[1]);
  column.date_style = static_cast<DateStyle>(chosen[2]);
  column.negative = static_cast<Negative>(chosen[3]);
  column.currency = "EUR";
  column.decimals = 10;
  const Survey survey(chosen[4] == 0 ? '.' : ',');
  auto planned = plan_columns({.columns = {column}}, {"v"}, survey, *Locale::find(locales[chosen[5]]), "");
  require(planned.has_value());
  return plans.emplace(chosen, planned->front()).first->second;
}

void check_again(const ColumnPlan& plan, const Value& value, const std::string& shown) {
  if (value.kind == Value::Kind::moment && plan.dates.style == DateStyle::iso && shown.front() != '1') {
    ColumnPlan iso = plan;
    iso.input = DateInput::iso;
    Value again;
    std::string fault;
    require(read_cell(iso, shown, std::nullopt, again, fault));
    std::string text;
    append_value(text, again, iso);
    require(text == shown);
  }
  if (value.kind == Value::Kind::number && plan.format == CellFormat::decimal && plan.style.zero == U'0' &&
      plan.style.prefix.empty() && plan.style.negative_prefix == "-" &&
      plan.style.first_group == plan.style.other_groups) {
    const auto again = Decimal::parse(shown, plan.style.mark.front());
    const auto rounded = value.number.rounded(10);
    if (rounded) require(again && *again == *rounded);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < knobs) return 0;
  constexpr std::array<unsigned, knobs> choices = {9, 6, 4, 3, 2, locales.size()};
  std::array<unsigned, knobs> chosen{};
  for (std::size_t index = 0; index < knobs; ++index) chosen[index] = (data[index] + 256U - '0') % choices[index];
  std::string cell;
  (void)append_clean_cell(cell, {reinterpret_cast<const char*>(data + knobs), size - knobs});
  require(is_clean_cell(cell));
  const ColumnPlan& plan = plan_of(chosen);
  Value value;
  std::string fault;
  if (!read_cell(plan, cell, std::nullopt, value, fault)) {
    require(!fault.empty() && fault.size() < 200 && is_utf8(fault));
    return 0;
  }
  std::string shown;
  append_value(shown, value, plan);
  const std::string_view seen = plan.format == CellFormat::text ? std::string_view(cell) : trimmed(cell);
  require(shown.empty() == seen.empty() && is_utf8(shown));
  if (!shown.empty()) check_again(plan, value, shown);
  static Collation collation{Locale()};
  std::string key;
  append_sort_key(key, value, Direction::descending, collation);
  require(!key.empty() && key.size() < most_text_key_bytes + 8);
  require(look_of(plan, value) <= plan.looks.looks().size());
  return 0;
}
