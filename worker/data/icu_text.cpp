#include "worker/data/icu_text.hpp"

#include "worker/data/utf8.hpp"

namespace platen::worker {

std::string to_utf8(std::u16string_view text) {
  std::string result;
  for (std::size_t index = 0; index < text.size(); ++index) {
    char32_t code_point = text[index];
    const bool high = code_point >= 0xD800 && code_point < 0xDC00;
    if (high && index + 1 < text.size() && text[index + 1] >= 0xDC00 && text[index + 1] < 0xE000)
      code_point = 0x10000 + ((code_point - 0xD800) << 10) + (text[++index] - char32_t{0xDC00});
    append_code_point(result, code_point);
  }
  return result;
}

void append_utf16(std::u16string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = utf8_sequence(text).bytes;
    const char32_t code_point = code_point_of(text);
    text.remove_prefix(bytes);
    if (code_point < 0x10000) {
      out.push_back(static_cast<char16_t>(code_point));
    } else {
      out.push_back(static_cast<char16_t>(0xD7C0 + (code_point >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + (code_point & 0x3FF)));
    }
  }
}

}  // namespace platen::worker
