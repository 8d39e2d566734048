// JSON written straight into its text: what answers and events are made of. Private to codec.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace platen::codec {

/// Appends a text with its quotes. What needs escaping, and bytes that are no UTF-8, go the way of `dump`.
void append_text(std::string& out, std::string_view text);
/// Appends a number as `dump` writes it: 24 is `24.0`.
void append_number(std::string& out, double number);

/// An object, at the end of `out`. Members stand in the order in which they are put; each is put once. Its brace is
/// closed by the destructor. Borrows `out`, which others append to meanwhile only as `value` says.
class ObjectText {
 public:
  explicit ObjectText(std::string& out) : out_(out) { out_ += '{'; }
  ObjectText(const ObjectText&) = delete;
  ObjectText& operator=(const ObjectText&) = delete;
  ~ObjectText() { out_ += '}'; }

  /// Begins a member: its value, JSON, is to be appended to what this returns.
  [[nodiscard]] std::string& value(std::string_view name);

  void put(std::string_view name, std::string_view text) { append_text(value(name), text); }
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) void put(std::string_view name, Number number) {
    char digits[24];  // 64 bits have 20 and a sign
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
    value(name).append(digits, end);
  }
  template <std::same_as<double> Number>
  void put(std::string_view name, Number number) {
    append_number(value(name), number);
  }
  void put_null(std::string_view name) { value(name) += "null"; }
  template <class T>
  void put(std::string_view name, const std::optional<T>& maybe) {
    maybe ? put(name, *maybe) : put_null(name);
  }

 private:
  std::string& out_;
  bool is_empty_ = true;
};

/// The text of an object whose members `fill` puts.
template <std::invocable<ObjectText&> Fill>
[[nodiscard]] std::string object_text(Fill fill) {
  constexpr std::size_t usual_bytes = 1000;  // a job's
  std::string text;
  text.reserve(usual_bytes);
  {
    ObjectText object(text);
    fill(object);
  }
  return text;
}

/// An array, likewise.
class ArrayText {
 public:
  explicit ArrayText(std::string& out) : out_(out) { out_ += '['; }
  ArrayText(const ArrayText&) = delete;
  ArrayText& operator=(const ArrayText&) = delete;
  ~ArrayText() { out_ += ']'; }

  /// Begins an element: its value is to be appended to what this returns.
  [[nodiscard]] std::string& element();

 private:
  std::string& out_;
  bool is_empty_ = true;
};

}  // namespace platen::codec
