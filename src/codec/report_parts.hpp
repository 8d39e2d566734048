// The parts of a report, each checked by a file of its own. Private to codec.
//
// What is absent has its default; what does not fit is told to the problems, and the value is then of no use.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "codec/fields.hpp"
#include "codec/json.hpp"
#include "codec/problems.hpp"
#include "platen/report.hpp"

namespace platen::codec {

/// The names of an enumeration's values.
template <class E, std::size_t N>
using Table = std::array<std::pair<std::string_view, E>, N>;

constexpr TextRule short_text{.least = 1, .most = 300};
constexpr TextRule optional_text{.least = 0, .most = 300};
constexpr TextRule alt_text{.least = 0, .most = 2000, .lines = TextRule::Lines::many};

constexpr Table<Align, 3> alignments{{{"left", Align::left}, {"center", Align::center}, {"right", Align::right}}};
constexpr Table<Aggregate, 5> aggregates{{{"sum", Aggregate::sum},
                                          {"average", Aggregate::average},
                                          {"count", Aggregate::count},
                                          {"min", Aggregate::min},
                                          {"max", Aggregate::max}}};

// report_values.cpp: values that several parts have.
/// `#rrggbb`
[[nodiscard]] std::optional<std::string> take_color(Fields& fields, std::string_view name);
/// An upload's id. Whether there is such an upload is not asked here.
[[nodiscard]] std::optional<std::string> take_upload(Fields& fields, std::string_view name);
/// A language or locale in the form of BCP 47.
[[nodiscard]] std::optional<std::string> take_language_tag(Fields& fields, std::string_view name);
/// A whole number that is not negative.
[[nodiscard]] std::optional<std::uint32_t> take_count(Fields& fields, std::string_view name, const NumberRule& rule);

// page_check.cpp
[[nodiscard]] PageSpec check_page(const Json& value, Problems& problems);
[[nodiscard]] PageLine check_page_line(const Json& value, std::string pointer, Problems& problems);
[[nodiscard]] Watermark check_watermark(const Json& value, Problems& problems);
[[nodiscard]] Theme check_theme(const Json& value, Problems& problems);

// document_check.cpp
[[nodiscard]] DocumentSpec check_document(const Json& value, Problems& problems);

// column_check.cpp
[[nodiscard]] Column check_column(const Json& value, std::string pointer, Problems& problems);

// table_check.cpp, chart_check.cpp: sections. The fields have `type` taken; the caller finishes them.
[[nodiscard]] Section check_table(Fields& fields);
[[nodiscard]] Section check_chart(Fields& fields);

// section_check.cpp
[[nodiscard]] Section check_section(const Json& value, std::string pointer, Problems& problems);

}  // namespace platen::codec
