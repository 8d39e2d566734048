#include "codec/row_json.hpp"

#include <fmt/format.h>

#include "codec/distinct_names.hpp"
#include "codec/json.hpp"

namespace platen::codec {

namespace {

/// Hears the parser out on one flat object and passes its members on (the library's SAX interface).
class RowReader {
 public:
  explicit RowReader(const OnCell& on_cell) : on_cell_(on_cell) {}
  [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }

  bool null() { return cell(CellKind::null, {}); }
  bool boolean(bool value) { return cell(CellKind::boolean, value ? "true" : "false"); }
  // The only signed zero is "-0"; every other integer is printed as it was written.
  bool number_integer(std::int64_t value) {
    return cell(CellKind::number, value == 0 ? std::string("-0") : std::to_string(value));
  }
  bool number_unsigned(std::uint64_t value) { return cell(CellKind::number, fmt::format_int(value).c_str()); }
  bool number_float(double, const std::string& written) { return cell(CellKind::number, written); }
  bool string(const std::string& value) { return cell(CellKind::string, value); }
  bool binary(const std::vector<std::uint8_t>&) { return false; }  // not in text
  bool start_object(std::size_t) { return begin("an object"); }
  bool end_object() { return true; }
  bool start_array(std::size_t) { return begin("an array"); }
  bool end_array() { return true; }

  bool key(const std::string& name) {
    field_ = name;
    if (names_.add(name)) return true;
    complaint_ = fmt::format("The field '{}' is there twice.", name);
    return false;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) {
    if (complaint_.empty()) complaint_ = "This is not a JSON object.";
    return false;
  }

 private:
  bool cell(CellKind kind, std::string_view text) {
    if (!inside_) {
      complaint_ = "A row must be a JSON object.";
      return false;
    }
    on_cell_(field_, kind, text);
    return true;
  }

  bool begin(std::string_view what) {
    if (!inside_ && what == "an object") {
      inside_ = true;
      return true;
    }
    complaint_ =
        inside_ ? fmt::format("The field '{}' is {}; a cell is a text, a number, true, false or null.", field_, what)
                : "A row must be a JSON object.";
    return false;
  }

  const OnCell& on_cell_;
  DistinctNames names_;
  std::string field_;
  std::string complaint_;
  bool inside_ = false;
};

}  // namespace

Result<void> decode_row(std::string_view json, const OnCell& on_cell) {
  RowReader reader(on_cell);
  if (Json::sax_parse(json.begin(), json.end(), &reader)) return {};
  return fail(Errc::bad_data, reader.complaint());
}

Result<std::string> rows_to_ndjson(std::string_view array) {
  auto lines = without_whitespace(array, '\n');
  if (!lines) return lines;
  if (lines->size() < 2 || lines->front() != '[' || lines->back() != ']')
    return fail(Errc::invalid_request, "The rows are not a JSON array.");
  lines->erase(0, 1);
  lines->back() = '\n';
  if (*lines == "\n") lines->clear();
  return lines;
}

}  // namespace platen::codec
