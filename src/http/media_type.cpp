#include "http/media_type.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace platen::http {

namespace {

std::string_view essence(std::string_view content_type) { return trim(content_type.substr(0, content_type.find(';'))); }

/// Takes a quoted string off the front. A backslash quotes a quote or a backslash and else stands for itself: some
/// clients send Windows paths as they are.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
    value.push_back(text[i]);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> ParameterizedValue::parameter(std::string_view name) const {
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [&](const auto& each) { return each.first == name; });
  return found == parameters.end() ? std::nullopt : std::optional(found->second);
}

std::optional<ParameterizedValue> parse_parameterized(std::string_view text) {
  ParameterizedValue parsed;
  parsed.value = lower(essence(text));
  if (parsed.value.empty()) return std::nullopt;
  std::string_view rest = text.substr(std::min(text.find(';'), text.size()));
  while (!(rest = trim(rest)).empty()) {
    if (rest.front() != ';') return std::nullopt;
    rest = trim(rest.substr(1));
    if (rest.empty() || rest.front() == ';') continue;
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos || !is_token(rest.substr(0, equals))) return std::nullopt;
    std::string name = lower(rest.substr(0, equals));
    rest.remove_prefix(equals + 1);
    if (!rest.empty() && rest.front() == '"') {
      auto value = take_quoted(rest);
      if (!value) return std::nullopt;
      parsed.parameters.emplace_back(std::move(name), *std::move(value));
    } else {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      parsed.parameters.emplace_back(std::move(name), trim(rest.substr(0, end)));
      rest.remove_prefix(end);
    }
  }
  return parsed;
}

bool is_json_type(std::string_view content_type) {
  const std::string type = lower(essence(content_type));
  const bool is_suffixed = type.size() > 5 && type.compare(type.size() - 5, 5, "+json") == 0;
  return type.empty() || type == "application/json" || is_suffixed || type == "application/x-www-form-urlencoded";
}

bool is_form_type(std::string_view content_type) { return same_word(essence(content_type), "multipart/form-data"); }

}  // namespace platen::http
