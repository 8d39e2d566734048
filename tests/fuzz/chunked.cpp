// Chunked bodies: cut anywhere, the same bytes come out.
#include <cstdlib>
#include <string>

#include "http/body_reader.hpp"

namespace {

/// The body, and whether it was refused; fed `step` bytes at a time.
std::pair<std::string, bool> decode(std::string_view input, std::size_t step) {
  platen::http::ChunkedDecoder decoder;
  std::string body;
  while (!input.empty() && !decoder.done()) {
    const auto piece = decoder.next(input.substr(0, step));
    if (!piece) return {body, true};
    if (piece->consumed == 0) std::abort();
    body += piece->data;
    input.remove_prefix(piece->consumed);
  }
  return {body, false};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (decode(text, size) != decode(text, 1)) std::abort();
  return 0;
}
