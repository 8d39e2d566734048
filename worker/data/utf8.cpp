#include "worker/data/utf8.hpp"

#include <cstring>

#include "worker/data/byte_words.hpp"

namespace platen::worker {

namespace {

unsigned byte_at(std::string_view text, std::size_t index) noexcept { return static_cast<unsigned char>(text[index]); }

/// The bytes that may follow a lead byte (Unicode 15, table 3-7); `length` 0 for what is no lead byte.
struct Lead {
  std::size_t length;
  unsigned least = 0x80;  // of the second byte
  unsigned most = 0xBF;
};

Lead lead_of(unsigned byte) noexcept {
  if (byte < 0x80) return {1};
  if (byte < 0xC2) return {0};
  if (byte < 0xE0) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

constexpr std::size_t ascii_block = sizeof(std::uint64_t);

/// Whether the next eight bytes are all ASCII: the usual case, tested at once.
bool begins_with_ascii(std::string_view text) noexcept {
  std::uint64_t word = 0;
  if (text.size() < sizeof word) return false;
  std::memcpy(&word, text.data(), sizeof word);
  return (word & 0x8080808080808080) == 0;
}

bool is_control(std::string_view sequence) noexcept {
  const unsigned first = byte_at(sequence, 0);
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && byte_at(sequence, 1) < 0xA0;  // U+0080 to U+009F
}

}  // namespace

Utf8Sequence utf8_sequence(std::string_view text) noexcept {
  const Lead lead = lead_of(byte_at(text, 0));
  if (lead.length <= 1) return {1, lead.length == 1};
  for (std::size_t index = 1; index < lead.length; ++index) {
    const unsigned least = index == 1 ? lead.least : 0x80;
    const unsigned most = index == 1 ? lead.most : 0xBF;
    if (index >= text.size() || byte_at(text, index) < least || byte_at(text, index) > most) return {index, false};
  }
  return {lead.length, true};
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    if (begins_with_ascii(text)) {
      text.remove_prefix(ascii_block);
      continue;
    }
    const Utf8Sequence sequence = utf8_sequence(text);
    if (!sequence.valid) return false;
    text.remove_prefix(sequence.bytes);
  }
  return true;
}

std::uint64_t append_utf8(std::string& out, std::string_view text) {
  std::uint64_t replaced = 0;
  while (!text.empty()) {
    const Utf8Sequence sequence = utf8_sequence(text);
    out.append(sequence.valid ? text.substr(0, sequence.bytes) : replacement_character);
    replaced += sequence.valid ? 0 : 1;
    text.remove_prefix(sequence.bytes);
  }
  return replaced;
}

bool is_clean_cell(std::string_view cell) noexcept {
  const char* at = cell.data();
  const char* const end = at + cell.size();
  while (at != end) {
    if (end - at >= 8) {
      const std::uint64_t odd = odd_bytes(load_word(at));
      at += odd == 0 ? 8 : bytes_before(odd);
      if (odd == 0) continue;
    } else if (is_printable_ascii(*at)) {
      ++at;
      continue;
    }
    const std::string_view rest(at, static_cast<std::size_t>(end - at));
    const Utf8Sequence sequence = utf8_sequence(rest);
    if (!sequence.valid) return false;
    if (is_control(rest.substr(0, sequence.bytes)) && *at != '\n') return false;
    at += sequence.bytes;
  }
  return true;
}

std::uint64_t append_clean_cell(std::string& out, std::string_view cell) {
  std::uint64_t replaced = 0;
  while (!cell.empty()) {
    const Utf8Sequence sequence = utf8_sequence(cell);
    const std::string_view text = cell.substr(0, sequence.bytes);
    cell.remove_prefix(sequence.bytes);
    if (text == "\r") {
      if (cell.empty() || cell.front() != '\n') out.push_back('\n');
    } else if (text == "\t") {
      out.push_back(' ');
    } else if (!sequence.valid || (is_control(text) && text != "\n")) {
      out.append(replacement_character);
      ++replaced;
    } else {
      out.append(text);
    }
  }
  return replaced;
}

char32_t code_point_of(std::string_view text) noexcept {
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return first;
  const std::size_t bytes = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t code_point = first & (0x7FU >> bytes);
  for (std::size_t index = 1; index < bytes; ++index) code_point = code_point << 6 | (byte_at(text, index) & 0x3F);
  return code_point;
}

void append_code_point(std::string& out, char32_t code_point) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if ((code_point >= 0xD800 && code_point < 0xE000) || code_point > 0x10FFFF) {
    out.append(replacement_character);
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

}  // namespace platen::worker
