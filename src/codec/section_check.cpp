#include <fmt/format.h>

#include "codec/report_parts.hpp"

namespace platen::codec {

namespace {

constexpr TextRule long_text{.least = 1, .most = 20'000, .lines = TextRule::Lines::many};
constexpr NumberRule level_range{1, 3, ""};
constexpr NumberRule image_range{3, 1000, "mm"};

Section check_heading(Fields& fields) {
  HeadingSection heading;
  heading.text = fields.take_text("text", short_text).value_or("");
  fields.require("text", "the heading's words");
  heading.level = take_count(fields, "level", level_range).value_or(heading.level);
  return heading;
}

Section check_text(Fields& fields) {
  TextSection section{fields.take_text("text", long_text).value_or("")};
  fields.require("text", "the words");
  return section;
}

Section check_image(Fields& fields) {
  ImageSection image;
  image.upload = take_upload(fields, "upload").value_or("");
  fields.require("upload", "the id of an upload with a PNG or JPEG file");
  image.alt = fields.take_text("alt", alt_text).value_or("");
  image.caption = fields.take_text("caption", optional_text).value_or("");
  image.width_mm = fields.take_number("width_mm", image_range);
  image.height_mm = fields.take_number("height_mm", image_range);
  image.align = fields.take_choice<Align>("align", alignments).value_or(image.align);
  return image;
}

Section check_page_break(Fields&) { return PageBreakSection{}; }

Section check_contents(Fields& fields) {
  ContentsSection contents;
  contents.title = fields.take_text("title", optional_text).value_or(contents.title);
  contents.levels = take_count(fields, "levels", level_range).value_or(contents.levels);
  return contents;
}

using CheckSection = Section (*)(Fields&);
constexpr Table<CheckSection, 7> section_types{{{"heading", check_heading},
                                                {"text", check_text},
                                                {"table", check_table},
                                                {"chart", check_chart},
                                                {"image", check_image},
                                                {"page_break", check_page_break},
                                                {"table_of_contents", check_contents}}};

std::string section_names() {
  std::vector<std::string_view> names;
  for (const auto& type : section_types) names.push_back(type.first);
  return quoted_list(names);
}

}  // namespace

Section check_section(const Json& value, std::string pointer, Problems& problems) {
  Fields fields(value, std::move(pointer), problems);
  const auto check = fields.take_choice<CheckSection>("type", section_types);
  if (value.is_object() && !fields.has("type")) fields.require("type", "one of " + section_names());
  if (!check) return PageBreakSection{};  // of what type is not known, and so neither are its fields
  Section section = (*check)(fields);
  fields.finish();
  return section;
}

}  // namespace platen::codec
