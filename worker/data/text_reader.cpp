#include "worker/data/text_reader.hpp"

#include <algorithm>
#include <array>

#include "worker/data/utf8.hpp"

namespace platen::worker {

namespace {

/// What is decoded at once at least: little after a jump, for perhaps only one row is wanted there, then more and more.
/// Larger windows grow by their own size, so that a long row costs linear time.
constexpr std::size_t first_block_bytes = 2 * 1024;
constexpr std::size_t most_block_bytes = 128 * 1024;

/// Windows-1252's 0x80 to 0x9F; 0 where it has no character.
constexpr std::array<char16_t, 32> windows1252_upper = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                        0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool is_utf16(Encoding encoding) noexcept { return encoding == Encoding::utf16le || encoding == Encoding::utf16be; }

char32_t unit_at(std::string_view block, std::size_t index, Encoding encoding) noexcept {
  const auto first = static_cast<unsigned char>(block[index]);
  const auto second = static_cast<unsigned char>(block[index + 1]);
  return encoding == Encoding::utf16le ? first | (second << 8) : second | (first << 8);
}

bool is_high_surrogate(char32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(char32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

/// How many bytes of the data some decoded text came from: a character is one byte of Windows-1252, and as many
/// two-byte units of UTF-16 as it would take again, U+FFFD for a lone surrogate included.
std::size_t encoded_bytes(std::string_view text, Encoding encoding) noexcept {
  std::size_t characters = 0;
  std::size_t beyond_16_bits = 0;
  for (const char byte : text) {
    characters += (static_cast<unsigned char>(byte) & 0xC0) != 0x80 ? 1 : 0;
    beyond_16_bits += static_cast<unsigned char>(byte) >= 0xF0 ? 1 : 0;
  }
  return is_utf16(encoding) ? 2 * (characters + beyond_16_bits) : characters;
}

}  // namespace

std::size_t byte_order_mark(std::string_view bytes, Encoding encoding) noexcept {
  const auto is = [&](std::string_view mark) { return bytes.substr(0, mark.size()) == mark ? mark.size() : 0; };
  switch (encoding) {
    case Encoding::utf8: return is("\xEF\xBB\xBF");
    case Encoding::utf16le: return is("\xFF\xFE");
    case Encoding::utf16be: return is("\xFE\xFF");
    case Encoding::windows1252: return 0;
  }
  return 0;
}

TextReader::TextReader(std::string_view bytes, Encoding encoding) : bytes_(bytes), encoding_(encoding) {
  seek(byte_order_mark(bytes, encoding));
}

void TextReader::seek(std::uint64_t offset) {
  offset_ = std::min<std::uint64_t>(offset, bytes_.size());
  replaced_ = 0;
  decoded_.clear();
  window_ = {};
  block_bytes_ = first_block_bytes;
  decoded_to_ = offset_;
  if (encoding_ != Encoding::utf8) return;
  window_ = bytes_.substr(offset_);
  decoded_to_ = bytes_.size();
}

std::uint64_t TextReader::offset_after(std::size_t text_bytes) const noexcept {
  const std::string_view passed = window_.substr(0, text_bytes);
  const std::size_t encoded = encoding_ == Encoding::utf8 ? passed.size() : encoded_bytes(passed, encoding_);
  return std::min<std::uint64_t>(offset_ + encoded, bytes_.size());  // an odd last byte of UTF-16 counted as two
}

void TextReader::consume(std::size_t text_bytes) {
  offset_ = offset_after(text_bytes);
  window_.remove_prefix(text_bytes);
}

void TextReader::extend() {
  decoded_.erase(0, decoded_.size() - window_.size());
  std::string_view block = bytes_.substr(decoded_to_);
  block = block.substr(0, std::max(block_bytes_, decoded_.size()) & ~std::size_t{1});
  block_bytes_ = std::min(2 * block_bytes_, most_block_bytes);
  if (encoding_ == Encoding::windows1252) {
    decode_windows1252(block);
  } else {
    const bool more = decoded_to_ + block.size() < bytes_.size();
    if (more && is_high_surrogate(unit_at(block, block.size() - 2, encoding_))) block.remove_suffix(2);
    decode_utf16(block);
  }
  decoded_to_ += block.size();
  window_ = decoded_;
}

void TextReader::decode_windows1252(std::string_view block) {
  for (const char byte : block) {
    const auto value = static_cast<unsigned char>(byte);
    const bool upper = value >= 0x80 && value < 0xA0;
    const char32_t code_point = upper ? windows1252_upper[value - 0x80U] : value;
    const bool known = !upper || code_point != 0;
    append_code_point(decoded_, known ? code_point : 0xFFFD);
    replaced_ += known ? 0 : 1;
  }
}

void TextReader::decode_utf16(std::string_view block) {
  std::size_t index = 0;
  for (; index + 1 < block.size(); index += 2) {
    char32_t code_point = unit_at(block, index, encoding_);
    if (is_high_surrogate(code_point) && index + 3 < block.size()) {
      const char32_t low = unit_at(block, index + 2, encoding_);
      if (is_low_surrogate(low)) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
        index += 2;
      }
    }
    const bool lone = is_high_surrogate(code_point) || is_low_surrogate(code_point);
    append_code_point(decoded_, code_point);
    replaced_ += lone ? 1 : 0;
  }
  if (index == block.size()) return;
  append_code_point(decoded_, 0xFFFD);  // half a unit at the very end
  ++replaced_;
}

}  // namespace platen::worker
