#include "tests/support/resp.hpp"

#include <charconv>

namespace platen::test {

namespace {

long long number_at(std::string_view bytes, std::size_t at) {
  long long number = 0;
  std::from_chars(bytes.data() + at, bytes.data() + bytes.size(), number);
  return number;
}

}  // namespace

std::size_t message_length(std::string_view bytes) {
  std::size_t at = 0;
  for (long long left = 1; left > 0; --left) {
    const std::size_t line_end = bytes.find("\r\n", at);
    if (line_end == std::string_view::npos) return 0;
    const char kind = bytes[at];
    const long long number = number_at(bytes, at + 1);
    at = line_end + 2;
    if (kind == '*' && number > 0) left += number;
    if (kind == '$' && number >= 0) at += static_cast<std::size_t>(number) + 2;
    if (at > bytes.size()) return 0;
  }
  return at;
}

std::vector<std::string_view> words_of(std::string_view command) {
  std::vector<std::string_view> words;
  std::size_t at = command.find("\r\n") + 2;
  while (at < command.size()) {
    const auto length = static_cast<std::size_t>(number_at(command, at + 1));
    const std::size_t begin = command.find("\r\n", at) + 2;
    words.push_back(command.substr(begin, length));
    at = begin + length + 2;
  }
  return words;
}

}  // namespace platen::test
