#include <fmt/format.h>

#include <algorithm>

#include "base/nearest.hpp"
#include "codec/report_parts.hpp"

namespace platen::codec {

namespace {

constexpr NumberRule margin_range{5, 60, "mm"};
constexpr NumberRule size_range{5, 24, "pt"};
constexpr TextRule line_text{.least = 0, .most = 300};
constexpr TextRule watermark_text{.least = 1, .most = 60};
constexpr TextRule font_name{.least = 1, .most = 100};

constexpr Table<PageSize, 5> page_sizes{{{"A3", PageSize::a3},
                                         {"A4", PageSize::a4},
                                         {"A5", PageSize::a5},
                                         {"Letter", PageSize::letter},
                                         {"Legal", PageSize::legal}}};
constexpr Table<Orientation, 2> orientations{
    {{"portrait", Orientation::portrait}, {"landscape", Orientation::landscape}}};
constexpr std::array<std::string_view, 7> placeholders = {"title", "subtitle", "author", "date",
                                                          "time",  "page",     "pages"};

Margins check_margins(const Json& value, Fields& page) {
  Margins margins;
  if (value.is_object()) {
    Fields sides(value, page.pointer("margin_mm"), page.problems());
    margins.top_mm = sides.take_number("top", margin_range).value_or(margins.top_mm);
    margins.right_mm = sides.take_number("right", margin_range).value_or(margins.right_mm);
    margins.bottom_mm = sides.take_number("bottom", margin_range).value_or(margins.bottom_mm);
    margins.left_mm = sides.take_number("left", margin_range).value_or(margins.left_mm);
    sides.finish();
    return margins;
  }
  if (!value.is_number())
    page.complain("margin_mm",
                  fmt::format("This must be a number from 5 to 60 mm, or an object of 'top', 'right', 'bottom' and "
                              "'left', not {}.",
                              kind_name(value)));
  else if (auto misfit = number_misfit(value, margin_range))
    page.complain("margin_mm", std::move(*misfit));
  else
    margins.top_mm = margins.right_mm = margins.bottom_mm = margins.left_mm = value.get<double>();
  return margins;
}

/// What is wrong with a text of `{placeholders}`; nullopt where nothing is.
std::optional<std::string> template_misfit(std::string_view text) {
  constexpr std::string_view lone = "A brace stands for itself only when it is doubled: '{{' or '}}'.";
  for (std::size_t at = 0; (at = text.find_first_of("{}", at)) != std::string_view::npos;) {
    if (text.substr(at, 2) == "{{" || text.substr(at, 2) == "}}") {
      at += 2;
      continue;
    }
    const std::size_t end = text.find_first_of("{}", at + 1);
    if (text[at] == '}' || end == std::string_view::npos || text[end] == '{') return std::string(lone);
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (std::find(placeholders.begin(), placeholders.end(), name) == placeholders.end())
      return fmt::format("There is no '{{{}}}'.{} Known: {}.", shown(name), did_you_mean(name, placeholders),
                         quoted_list({placeholders.begin(), placeholders.end()}));
    at = end + 1;
  }
  return std::nullopt;
}

std::string take_template(Fields& fields, std::string_view name) {
  auto text = fields.take_text(name, line_text).value_or("");
  if (auto misfit = template_misfit(text)) fields.complain(name, std::move(*misfit));
  return text;
}

}  // namespace

PageSpec check_page(const Json& value, Problems& problems) {
  Fields fields(value, "/report/page", problems);
  PageSpec page;
  page.size = fields.take_choice<PageSize>("size", page_sizes).value_or(page.size);
  page.orientation = fields.take_choice<Orientation>("orientation", orientations).value_or(page.orientation);
  if (const Json* const margin = fields.take("margin_mm")) page.margin = check_margins(*margin, fields);
  fields.finish();
  return page;
}

PageLine check_page_line(const Json& value, std::string pointer, Problems& problems) {
  Fields fields(value, std::move(pointer), problems);
  PageLine line;
  line.left = take_template(fields, "left");
  line.center = take_template(fields, "center");
  line.right = take_template(fields, "right");
  line.logo = take_upload(fields, "logo").value_or("");
  fields.finish();
  return line;
}

Watermark check_watermark(const Json& value, Problems& problems) {
  constexpr std::string_view pointer = "/report/watermark";
  Watermark watermark;
  if (value.is_object()) {
    Fields fields(value, std::string(pointer), problems);
    watermark.text = fields.take_text("text", watermark_text).value_or("");
    fields.require("text", "the letters across the page");
    watermark.color = take_color(fields, "color").value_or(watermark.color);
    fields.finish();
  } else if (auto misfit = text_misfit(value, watermark_text)) {
    problems.add(std::string(pointer), value.is_string()
                                           ? std::move(*misfit)
                                           : fmt::format("This must be a text, or an object of 'text' and 'color', "
                                                         "not {}.",
                                                         kind_name(value)));
  } else {
    watermark.text = value.get<std::string>();
  }
  return watermark;
}

Theme check_theme(const Json& value, Problems& problems) {
  Fields fields(value, "/report/theme", problems);
  Theme theme;
  theme.font = fields.take_text("font", font_name).value_or(theme.font);
  theme.size_pt = fields.take_number("size_pt", size_range).value_or(theme.size_pt);
  theme.accent = take_color(fields, "accent").value_or(theme.accent);
  theme.text = take_color(fields, "text").value_or(theme.text);
  fields.finish();
  return theme;
}

}  // namespace platen::codec
