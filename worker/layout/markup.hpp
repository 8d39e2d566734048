// The small markup of a report's texts.
//
// Each line of the source is a paragraph. In it:
//   **bold**, *italic*, ***both***     a mark opens before a letter, not a space, and closes after one
//   [text](https://example.org/)       a link: http, https or mailto, and nothing else ever
//   \* \[ \\ …                         a backslash before ASCII punctuation: just that character
// Whatever does not fit these rules (a mark without its partner, another scheme) is text and stands as it was written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace platen::worker {

/// A piece of text in one look.
struct Span {
  std::string text;  ///< never empty; no line ends
  bool bold = false;
  bool italic = false;
  std::string link;  ///< a URI in ASCII, other bytes as %XX; empty: none
  friend bool operator==(const Span&, const Span&) = default;
};

/// Neighbouring spans differ in their look. Without any it is a blank line.
struct Paragraph {
  std::vector<Span> spans;
  friend bool operator==(const Paragraph&, const Paragraph&) = default;
};

/// Never fails, in time linear in the text. Blank lines at either end are left out, and several between paragraphs are
/// one. Line ends are LF, CR or CRLF. Threads: any.
[[nodiscard]] std::vector<Paragraph> parse_markup(std::string_view text);

}  // namespace platen::worker
