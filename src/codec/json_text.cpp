#include "codec/json_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "codec/json.hpp"

namespace platen::codec {

namespace {

/// For each byte, whether it is printable ASCII that stands for itself within quotes.
constexpr std::array<bool, 256> plain_bytes = [] {
  std::array<bool, 256> plain{};
  for (unsigned char c = ' '; c <= '~'; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

bool is_plain(char c) { return plain_bytes[static_cast<unsigned char>(c)]; }

}  // namespace

void append_text(std::string& out, std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_plain))
    out.append("\"").append(text).append("\"");
  else
    out += dump(Json(text));
}

void append_number(std::string& out, double number) { out += dump(Json(number)); }

std::string& ObjectText::value(std::string_view name) {
  if (!std::exchange(is_empty_, false)) out_ += ',';
  append_text(out_, name);
  return out_ += ':';
}

std::string& ArrayText::element() {
  if (!std::exchange(is_empty_, false)) out_ += ',';
  return out_;
}

}  // namespace platen::codec
