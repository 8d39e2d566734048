#include "tests/support/pdf_text.hpp"

#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

namespace platen::test {

using codec::Json;

namespace {

struct Token {
  enum class Kind { word, name, string, open, close } kind = Kind::word;
  std::string text;  ///< of a string its bytes, of a name without its slash
};

/// Splits a content stream (ISO 32000-1, 7.2): strings are decoded, brackets of arrays and dictionaries are tokens.
class Tokens {
 public:
  explicit Tokens(std::string_view bytes) : bytes_(bytes) {}

  std::optional<Token> next() {
    while (at_ < bytes_.size() && is_space(bytes_[at_])) ++at_;
    if (at_ == bytes_.size()) return std::nullopt;
    const char c = bytes_[at_];
    if (c == '(') return literal();
    if (bytes_.substr(at_, 2) == "<<" || bytes_.substr(at_, 2) == ">>") {
      at_ += 2;
      return Token{c == '<' ? Token::Kind::open : Token::Kind::close, std::string(2, c)};
    }
    if (c == '<') return hexadecimal();
    if (c == '[' || c == ']') {
      ++at_;
      return Token{c == '[' ? Token::Kind::open : Token::Kind::close, std::string(1, c)};
    }
    const bool is_name = c == '/';
    const std::size_t begin = is_name ? ++at_ : at_;
    while (at_ < bytes_.size() && !is_space(bytes_[at_]) &&
           std::string_view("()<>[]/").find(bytes_[at_]) == std::string_view::npos)
      ++at_;
    return Token{is_name ? Token::Kind::name : Token::Kind::word, std::string(bytes_.substr(begin, at_ - begin))};
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\0' || c == '\f'; }

  Token literal() {
    Token token{Token::Kind::string, {}};
    int depth = 1;
    for (++at_; at_ < bytes_.size(); ++at_) {
      char c = bytes_[at_];
      if (c == '\\') {
        c = bytes_.at(++at_);
        token.text += c == 'r' ? '\r' : c == 'n' ? '\n' : c;
        continue;
      }
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0) {
        ++at_;
        return token;
      }
      token.text += c;
    }
    throw std::runtime_error("a string without an end");
  }

  Token hexadecimal() {
    const std::size_t end = bytes_.find('>', at_);
    if (end == std::string_view::npos) throw std::runtime_error("a string without an end");
    const std::string digits(bytes_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    Token token{Token::Kind::string, {}};
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
      token.text += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return token;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12));
    out += static_cast<char>(0x80U | ((c >> 6) & 0x3FU));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (c >> 18));
    out += static_cast<char>(0x80U | ((c >> 12) & 0x3FU));
    out += static_cast<char>(0x80U | ((c >> 6) & 0x3FU));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  }
}

unsigned unit_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned>(static_cast<unsigned char>(bytes.at(at))) << 8 |
         static_cast<unsigned char>(bytes.at(at + 1));
}

std::string from_utf16(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t c = unit_at(bytes, at);
    if (c == 0xFEFF && at == 0) continue;
    if (c >= 0xD800 && c < 0xDC00) {
      at += 2;
      c = 0x10000 + ((c - 0xD800) << 10) + (unit_at(bytes, at) - 0xDC00);
    }
    append_utf8(text, c);
  }
  return text;
}

constexpr std::array<char16_t, 32> windows_1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/// How a font's codes become text.
class FontTexts {
 public:
  FontTexts(const PdfFile& file, const Json& font) : is_wide_(font.at("/Subtype") == "/Type0") {
    if (!is_wide_) return;
    Tokens tokens(texts_ = file.stream(font.at("/ToUnicode")));
    std::vector<std::string> strings;
    bool in_block = false;
    while (const auto token = tokens.next()) {
      if (token->text == "beginbfchar") in_block = true;
      if (token->text == "endbfchar") in_block = false;
      if (in_block && token->kind == Token::Kind::string) strings.push_back(token->text);
    }
    for (std::size_t i = 0; i + 1 < strings.size(); i += 2)
      by_glyph_[unit_at(strings[i], 0)] = from_utf16(strings[i + 1]);
  }

  /// nullopt where a glyph has no text.
  [[nodiscard]] std::optional<std::string> text(std::string_view codes) const {
    std::string text;
    for (std::size_t at = 0; at < codes.size(); at += is_wide_ ? 2 : 1) {
      if (is_wide_) {
        const auto known = by_glyph_.find(unit_at(codes, at));
        if (known == by_glyph_.end()) return std::nullopt;
        text += known->second;
      } else {
        const auto code = static_cast<unsigned char>(codes[at]);
        append_utf8(text, code >= 0x80 && code < 0xA0 ? windows_1252[code - 0x80U] : code);
      }
    }
    return text;
  }

 private:
  bool is_wide_;
  std::string texts_;
  std::map<unsigned, std::string> by_glyph_;
};

/// Runs over a content stream and keeps what is shown, and under which marks.
class Interpreter {
 public:
  Interpreter(const PdfFile& file, std::size_t page)
      : file_(file), content_(file.content(page)), fonts_(file.object(fonts_of(file, page))) {}

  void run() {
    Tokens tokens(content_);
    std::vector<Token> operands;
    int depth = 0;
    while (auto token = tokens.next()) {
      if (token->kind == Token::Kind::open) ++depth;
      if (token->kind == Token::Kind::close) --depth;
      const bool is_operator = token->kind == Token::Kind::word && depth == 0 &&
                               (std::isalpha(static_cast<unsigned char>(token->text.front())) != 0);
      if (!is_operator) {
        operands.push_back(*std::move(token));
        continue;
      }
      execute(token->text, operands);
      operands.clear();
    }
    if (!marks_.empty()) throw std::runtime_error("marked content without an end");
    if (in_text_) throw std::runtime_error("text without an end");
  }

  std::vector<ShownText> shown;
  std::vector<std::string> unmarked;

 private:
  struct Mark {
    std::string tag;
    std::int64_t content_id = -1;
    std::optional<std::string> actual_text;
    bool is_said = false;
  };

  static const Json& fonts_of(const PdfFile& file, std::size_t page) {
    const Json* node = &file.page(page);
    while (!node->contains("/Resources")) node = &file.object(node->at("/Parent"));
    return file.object(node->at("/Resources")).at("/Font");
  }

  void execute(const std::string& name, const std::vector<Token>& operands) {
    if (name == "BT" || name == "ET") {
      if (in_text_ != (name == "ET")) throw std::runtime_error("BT and ET do not pair");
      in_text_ = name == "BT";
    } else if (name == "BMC" || name == "BDC") {
      begin_mark(operands);
    } else if (name == "EMC") {
      if (marks_.empty()) throw std::runtime_error("EMC without a beginning");
      marks_.pop_back();
    } else if (name == "Tf") {
      font_ = operands.at(0).text;
    } else if (name == "Tj" || name == "TJ") {
      if (!in_text_) throw std::runtime_error("text outside of BT and ET");
      show(operands);
    }
    const bool paints = name == "Tj" || name == "TJ" || name == "f" || name == "Do" || name == "S";
    if (paints && tag().empty()) unmarked.push_back(name);
  }

  void begin_mark(const std::vector<Token>& operands) {
    Mark mark{operands.at(0).text, -1, std::nullopt, false};
    for (std::size_t i = 1; i + 1 < operands.size(); ++i) {
      if (operands[i].kind != Token::Kind::name) continue;
      if (operands[i].text == "MCID") mark.content_id = std::stoll(operands[i + 1].text);
      if (operands[i].text == "ActualText") mark.actual_text = from_utf16(operands[i + 1].text);
    }
    marks_.push_back(std::move(mark));
  }

  /// Of the innermost mark that is more than another text.
  [[nodiscard]] std::string tag() const {
    for (auto mark = marks_.rbegin(); mark != marks_.rend(); ++mark)
      if (!mark->actual_text) return mark->tag;
    return {};
  }

  void show(const std::vector<Token>& operands) {
    ShownText piece{{}, tag(), -1, false};
    Mark* replacing = nullptr;
    for (Mark& mark : marks_) {
      if (mark.content_id >= 0) piece.content_id = mark.content_id;
      if (mark.actual_text && replacing == nullptr) replacing = &mark;
    }
    if (replacing != nullptr) {
      if (replacing->is_said) return;
      replacing->is_said = true;
      piece.text = *replacing->actual_text;
      piece.is_replaced = true;
    } else {
      for (const Token& operand : operands) {
        if (operand.kind != Token::Kind::string) continue;
        auto text = texts().text(operand.text);
        if (!text) throw std::runtime_error("a glyph of " + font_ + " has no text");
        piece.text += *text;
      }
    }
    shown.push_back(std::move(piece));
  }

  const FontTexts& texts() {
    const auto known = texts_.find(font_);
    if (known != texts_.end()) return known->second;
    return texts_.try_emplace(font_, file_, file_.object(fonts_.at("/" + font_))).first->second;
  }

  const PdfFile& file_;
  std::string content_;
  const Json& fonts_;
  std::map<std::string, FontTexts> texts_;
  std::vector<Mark> marks_;
  std::string font_;
  bool in_text_ = false;
};

Interpreter interpreted(const PdfFile& file, std::size_t page) {
  Interpreter interpreter(file, page);
  interpreter.run();
  return interpreter;
}

}  // namespace

std::vector<ShownText> text_shown(const PdfFile& file, std::size_t page) { return interpreted(file, page).shown; }

std::string stream_text(const PdfFile& file, std::size_t page) {
  std::string text;
  for (const ShownText& piece : text_shown(file, page)) text += piece.text;
  return text;
}

std::vector<std::string> unmarked(const PdfFile& file, std::size_t page) { return interpreted(file, page).unmarked; }

}  // namespace platen::test
