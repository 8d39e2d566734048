// A head that is believed must be one that the door can answer for: every view lies within the text.
#include <cstdlib>

#include "http/head.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const platen::http::Limits limits;
  platen::http::HeadScanner scanner(limits);
  const auto length = scanner.scan(text);
  if (!length || *length == 0) return 0;
  if (*length > size) std::abort();
  const auto head = platen::http::parse_head(text.substr(0, *length), limits);
  if (head && head->fields.size() > limits.header_fields) std::abort();
  return 0;
}
