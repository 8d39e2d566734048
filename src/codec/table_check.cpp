#include <fmt/format.h>

#include "codec/report_parts.hpp"

namespace platen::codec {

namespace {

constexpr std::size_t most_columns = 200;
constexpr std::size_t most_sort_keys = 8;
constexpr NumberRule key_columns_range{0, 20, ""};

SortKey check_sort_key(const Json& value, std::string pointer, Problems& problems) {
  if (value.is_string()) {
    if (auto misfit = text_misfit(value, short_text)) problems.add(std::move(pointer), std::move(*misfit));
    return {value.get<std::string>()};
  }
  if (!value.is_object()) {
    problems.add(std::move(pointer), fmt::format("This must be a field's name, or an object of 'field' and "
                                                 "'descending', not {}.",
                                                 kind_name(value)));
    return {};
  }
  Fields fields(value, std::move(pointer), problems);
  SortKey key;
  key.field = fields.take_text("field", short_text).value_or("");
  fields.require("field", "the name of the data's field to sort by");
  key.descending = fields.take_flag("descending").value_or(key.descending);
  fields.finish();
  return key;
}

std::vector<SortKey> check_sort_by(Fields& fields) {
  constexpr std::string_view name = "sort_by";
  const Json* const value = fields.take(name);
  if (value == nullptr) return {};
  if (!value->is_array()) return {check_sort_key(*value, fields.pointer(name), fields.problems())};
  std::vector<SortKey> keys;
  const Json* const list = fields.take_array(name, most_sort_keys);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
    keys.push_back(check_sort_key((*list)[i], pointer_to(fields.pointer(name), i), fields.problems()));
  return keys;
}

}  // namespace

Section check_table(Fields& fields) {
  TableSection table;
  if (const Json* const columns = fields.take_array("columns", most_columns)) {
    for (std::size_t i = 0; i < columns->size(); ++i)
      table.columns.push_back(check_column((*columns)[i], pointer_to(fields.pointer("columns"), i), fields.problems()));
  }
  table.group_by = fields.take_text("group_by", short_text).value_or("");
  table.sort_by = check_sort_by(fields);
  table.zebra = fields.take_flag("zebra").value_or(table.zebra);
  table.key_columns = take_count(fields, "key_columns", key_columns_range).value_or(table.key_columns);
  return table;
}

}  // namespace platen::codec
