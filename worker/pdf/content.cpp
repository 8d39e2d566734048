#include "worker/pdf/content.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace platen::worker::pdf {

namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

std::int64_t hundredths(double value) { return std::llround(value * 100); }

void append_hundredths(std::string& out, std::int64_t value) { append_number(out, static_cast<double>(value) / 100); }

/// A part of a colour, 0 to 1, finer than a byte tells apart.
void append_part(std::string& out, double part) {
  const auto thousandths = static_cast<unsigned>(std::lround(part * 1000));
  if (thousandths >= 1000 || thousandths == 0) {
    out += thousandths == 0 ? '0' : '1';
    return;
  }
  out += '.';
  out += static_cast<char>('0' + thousandths / 100);
  if (thousandths % 100 != 0) out += static_cast<char>('0' + thousandths / 10 % 10);
  if (thousandths % 10 != 0) out += static_cast<char>('0' + thousandths % 10);
}

void append_colour(std::string& out, const Rgb& colour) {
  append_part(out, colour.red);
  out += ' ';
  append_part(out, colour.green);
  out += ' ';
  append_part(out, colour.blue);
}

}  // namespace

void Content::clear() {
  bytes_.clear();
  font_.clear();
  size_ = 0;
  x_ = 0;
  y_ = 0;
  colour_ = {-1, -1, -1};
}

void Content::colour(const Rgb& colour) {
  if (colour == colour_) return;
  colour_ = colour;
  append_colour(bytes_, colour);
  bytes_ += " rg\n";
}

void Content::rectangle(double x, double y, double width, double height) {
  append_number(bytes_, x);
  bytes_ += ' ';
  append_number(bytes_, height_ - y - height);
  bytes_ += ' ';
  append_number(bytes_, width);
  bytes_ += ' ';
  append_number(bytes_, height);
  bytes_ += " re\n";
}

void Content::font(std::string_view resource, double size) {
  if (size == size_ && resource == font_) return;
  font_ = resource;
  size_ = size;
  bytes_ += '/';
  bytes_ += resource;
  bytes_ += ' ';
  append_number(bytes_, size);
  bytes_ += " Tf\n";
}

void Content::move_to(double x, double y) {
  const std::int64_t to_x = hundredths(x);
  const std::int64_t to_y = hundredths(height_ - y);
  append_hundredths(bytes_, to_x - x_);
  bytes_ += ' ';
  append_hundredths(bytes_, to_y - y_);
  bytes_ += " Td\n";
  x_ = to_x;
  y_ = to_y;
}

void Content::stretch(double times) {
  append_number(bytes_, 100 * times);
  bytes_ += " Tz\n";
}

void Content::rise(double rise) {
  append_number(bytes_, rise);
  bytes_ += " Ts\n";
}

void Content::begin_glyphs() {
  bytes_ += '[';
  in_hex_ = false;
}

void Content::glyph(GlyphId glyph) {
  if (!in_hex_) bytes_ += '<';
  in_hex_ = true;
  for (const unsigned shift : {12U, 8U, 4U, 0U}) bytes_ += hex_digits[(glyph >> shift) & 0xFU];
}

void Content::shift(double thousandths) {
  if (in_hex_) bytes_ += '>';
  in_hex_ = false;
  append_number(bytes_, -thousandths);
}

void Content::end_glyphs() {
  if (in_hex_) bytes_ += '>';
  bytes_ += "]TJ\n";
}

void Content::begin_actual_text(std::string_view utf8) {
  bytes_ += "/Span<</ActualText<FEFF";
  append_utf16_hex(bytes_, utf8);
  bytes_ += ">>>BDC\n";
}

void Content::begin_marked(std::string_view tag, std::uint32_t id) {
  bytes_ += '/';
  bytes_ += tag;
  bytes_ += "<</MCID ";
  append_integer(bytes_, id);
  bytes_ += ">>BDC\n";
}

void Content::form(std::string_view resource, double x, double y, double scale_x, double scale_y) {
  fmt::format_to(std::back_inserter(bytes_), "q {:.6g} 0 0 {:.6g} {:.2f} {:.2f} cm/{} Do Q\n", scale_x, scale_y, x,
                 height_ - y, resource);
}

}  // namespace platen::worker::pdf
