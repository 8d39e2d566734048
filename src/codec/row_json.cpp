#include "codec/row_json.hpp"

#include "codec/json.hpp"

namespace platen::codec {

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
