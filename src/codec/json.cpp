#include "codec/json.hpp"

namespace platen::codec {

Result<std::string> without_whitespace(std::string_view json, char outer_comma) {
  std::string out;
  out.reserve(json.size());
  std::size_t depth = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') {
      const std::size_t begin = i++;
      while (i < json.size() && json[i] != '"') i += json[i] == '\\' ? 2 : 1;
      if (i >= json.size()) return fail(Errc::invalid_request, "The JSON ends within a text.");
      out.append(json, begin, i - begin + 1);
      continue;
    }
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth-- == 0) return fail(Errc::invalid_request, "The JSON closes what is not open.");
    out.push_back(c == ',' && depth == 1 ? outer_comma : c);
  }
  if (depth != 0) return fail(Errc::invalid_request, "The JSON ends too soon.");
  return out;
}

Result<OrderedJson> parse_own(std::string_view text) {
  OrderedJson json = OrderedJson::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return fail(Errc::invalid_request, "This is not the JSON that Platen writes.");
  return json;
}

std::string text_in(const OrderedJson& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t count_in(const OrderedJson& object, const char* name) {
  const double number = number_in(object, name);
  return number > 0 ? static_cast<std::uint64_t>(number) : 0;
}

double number_in(const OrderedJson& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

std::optional<std::int64_t> integer_in(const OrderedJson& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<std::int64_t>();
}

}  // namespace platen::codec
