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

}  // namespace platen::worker
