// Markup of any form: spans that the drawer can rely on, no link but an allowed one, and a text all of whose
// punctuation is escaped comes out as it went in.
#include "worker/layout/markup.hpp"

#include <cstdlib>
#include <string>

namespace {

using namespace platen::worker;

void require(bool fact) {
  if (!fact) std::abort();
}

void check(const Span& span) {
  require(!span.text.empty() && span.text.find_first_of("\r\n") == std::string::npos);
  for (const char c : span.link) require(c > 0x20 && c < 0x7F);
  if (span.link.empty()) return;
  const std::string scheme = span.link.substr(0, span.link.find(':'));
  require(scheme.size() == 4 || scheme.size() == 5 || scheme.size() == 6);
  require((scheme[0] | 0x20) == 'h' || (scheme[0] | 0x20) == 'm');
}

std::string plain(const std::vector<Paragraph>& paragraphs) {
  std::string text;
  for (const Paragraph& paragraph : paragraphs) {
    for (const Span& span : paragraph.spans) text += span.text;
    text += '\n';
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto paragraphs = parse_markup(text);
  for (const Paragraph& paragraph : paragraphs) {
    for (std::size_t i = 0; i < paragraph.spans.size(); ++i) {
      const Span& span = paragraph.spans[i];
      check(span);
      if (i == 0) continue;
      const Span& before = paragraph.spans[i - 1];
      require(before.bold != span.bold || before.italic != span.italic || before.link != span.link);
    }
  }
  require(plain(paragraphs).size() <= size + 1);

  std::string escaped;
  std::string source;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    source += c;
    const bool punctuation =
        c > 0x20 && c < 0x7F && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z');
    if (punctuation) escaped += '\\';
    escaped += c;
  }
  const auto literal = parse_markup(escaped);
  if (literal.empty()) return 0;  // blanks
  require(literal.size() == 1 && literal[0].spans.size() == 1 && literal[0].spans[0] == Span{source, false, false, {}});
  return 0;
}
