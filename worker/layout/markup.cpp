#include "worker/layout/markup.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace platen::worker {

namespace {

constexpr std::size_t longest_link_bytes = 2000;
constexpr std::size_t none = static_cast<std::size_t>(-1);

bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}
bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_escape(std::string_view text, std::size_t at) {
  return text[at] == '\\' && at + 1 < text.size() && is_punctuation(text[at + 1]);
}

/// Whether `text` begins with a word of lower-case letters, in any case.
bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(), [](char lower, char c) {
           return lower == (c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
         });
}

/// Whether a URI of printable ASCII may become a link.
bool is_allowed(std::string_view uri) {
  if (uri.size() > longest_link_bytes) return false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!begins_with(uri, scheme)) continue;
    const std::string_view host = uri.substr(scheme.size(), uri.find_first_of("/?#", scheme.size()) - scheme.size());
    return !host.empty();
  }
  return begins_with(uri, "mailto:") && uri.find('@') != std::string_view::npos;
}

/// RFC 3986 allows these; others, those of UTF-8 among them, are written as %XX.
void append_to_uri(std::string& uri, char c) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  if (byte > 0x20 && byte < 0x7F && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos) {
    uri += c;
    return;
  }
  uri += '%';
  uri += hex[byte >> 4U];
  uri += hex[byte & 0xFU];
}

/// The target of a link, from after its `(`.
struct Target {
  std::string uri;
  std::size_t end = 0;  // after its `)`
};

/// Parentheses in it pair or are escaped; it ends at none of: a space, a bracket. (So no byte is looked at for two
/// links, for the next one has a bracket.)
std::optional<Target> read_target(std::string_view line, std::size_t at) {
  Target target;
  std::size_t open = 0;
  for (; at < line.size(); ++at) {
    char c = line[at];
    if (is_space(c) || c == '[' || c == ']' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
    if (c == ')' && open-- == 0) {
      target.end = at + 1;
      return is_allowed(target.uri) ? std::optional(std::move(target)) : std::nullopt;
    }
    if (c == '(') ++open;
    if (is_escape(line, at)) c = line[++at];
    append_to_uri(target.uri, c);
  }
  return std::nullopt;
}

/// One line, in two steps: into pieces, where marks that pair are told from text; then into spans.
class LineParser {
 public:
  explicit LineParser(std::string_view line) : line_(line) {}

  Paragraph run() {
    for (std::size_t at = 0; at < line_.size();) at = step(at);
    return paragraph();
  }

 private:
  enum class Mark { bold, italic };
  struct Piece {
    std::string text;
    std::size_t link = none;    // in links_
    std::optional<Mark> flips;  // a mark that has found its partner: not text, but a change of look
  };
  struct Open {
    Mark mark;
    std::size_t piece;
  };

  std::size_t step(std::size_t at) {
    if (at == link_text_end_) {
      link_ = none;
      link_text_end_ = none;
      return link_end_;
    }
    if (is_escape(line_, at)) {
      append(line_[at + 1]);
      return at + 2;
    }
    if (line_[at] == '*') return take_stars(at);
    if (line_[at] == '[' && link_ == none && begin_link(at)) return at + 1;
    append(line_[at]);
    return at + 1;
  }

  /// Of `[text](target)`; the text has no brackets but escaped ones.
  bool begin_link(std::size_t at) {
    std::size_t close = at + 1;
    while (close < line_.size() && line_[close] != ']' && line_[close] != '[') close += is_escape(line_, close) ? 2 : 1;
    if (close == at + 1 || close + 1 >= line_.size() || line_[close] != ']' || line_[close + 1] != '(') return false;
    auto target = read_target(line_, close + 2);
    if (!target) return false;
    link_ = links_.size();
    link_text_end_ = close;
    link_end_ = target->end;
    links_.push_back(std::move(target->uri));
    return true;
  }

  std::size_t take_stars(std::size_t at) {
    const std::size_t end = std::min(line_.find_first_not_of('*', at), line_.size());
    std::size_t stars = end - at;
    const bool may_close = at > 0 && !is_space(line_[at - 1]);
    const bool may_open = end < line_.size() && !is_space(line_[end]);
    if (stars <= 3) {
      while (may_close && stars > 0 && close_with(stars, may_open)) {
      }
      while (may_open && stars > 0 && open_with(stars)) {
      }
    }
    for (; stars > 0; --stars) append('*');
    return end;
  }

  static std::size_t stars_of(Mark mark) { return mark == Mark::bold ? 2 : 1; }
  [[nodiscard]] bool is_open(Mark mark) const {
    return std::any_of(open_.begin(), open_.end(), [mark](const Open& open) { return open.mark == mark; });
  }

  /// Closes the innermost mark that these stars can close, but two stars rather close or open a bold. What was opened
  /// within and is not closed is text.
  bool close_with(std::size_t& stars, bool may_open) {
    for (std::size_t i = open_.size(); i-- > 0;) {
      const Mark mark = open_[i].mark;
      if (stars_of(mark) > stars) continue;
      if (stars == 2 && mark == Mark::italic && (may_open || is_open(Mark::bold))) continue;
      pieces_[open_[i].piece].flips = mark;
      add_mark(mark).flips = mark;
      open_.resize(i);
      stars -= stars_of(mark);
      return true;
    }
    return false;
  }

  bool open_with(std::size_t& stars) {
    const Mark mark = stars == 1 ? Mark::italic : Mark::bold;
    if (is_open(mark)) return false;
    add_mark(mark);
    open_.push_back({mark, pieces_.size() - 1});
    stars -= stars_of(mark);
    return true;
  }

  Piece& add_mark(Mark mark) {
    is_in_text_ = false;
    return pieces_.emplace_back(Piece{mark == Mark::bold ? "**" : "*", link_, {}});
  }

  void append(char c) {
    if (!is_in_text_ || pieces_.back().link != link_) pieces_.emplace_back(Piece{{}, link_, {}});
    is_in_text_ = true;
    pieces_.back().text += c;
  }

  [[nodiscard]] Paragraph paragraph() const {
    Paragraph paragraph;
    Span look;
    std::size_t link = none;
    for (const Piece& piece : pieces_) {
      if (piece.flips) {
        bool& side = *piece.flips == Mark::bold ? look.bold : look.italic;
        side = !side;
        continue;
      }
      if (piece.link != link) {
        link = piece.link;
        look.link = link == none ? std::string() : links_[link];
      }
      const bool same = !paragraph.spans.empty() && paragraph.spans.back().bold == look.bold &&
                        paragraph.spans.back().italic == look.italic && paragraph.spans.back().link == look.link;
      if (!same) paragraph.spans.push_back(look);
      paragraph.spans.back().text += piece.text;
    }
    return paragraph;
  }

  std::string_view line_;
  std::vector<Piece> pieces_;
  std::vector<std::string> links_;
  std::vector<Open> open_;  // at most one of each mark, the innermost last
  bool is_in_text_ = false;
  std::size_t link_ = none;           // the one under way
  std::size_t link_text_end_ = none;  // its `]`
  std::size_t link_end_ = none;       // after its `)`
};

bool is_blank(std::string_view line) { return std::all_of(line.begin(), line.end(), is_space); }

}  // namespace

std::vector<Paragraph> parse_markup(std::string_view text) {
  std::vector<Paragraph> paragraphs;
  bool blank = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    const bool is_crlf = text.substr(end, 2) == "\r\n";
    text.remove_prefix(std::min(end + (is_crlf ? 2 : 1), text.size()));
    if (is_blank(line)) {
      blank = !paragraphs.empty();
      continue;
    }
    if (blank) paragraphs.emplace_back();
    blank = false;
    paragraphs.push_back(LineParser(line).run());
  }
  return paragraphs;
}

}  // namespace platen::worker
