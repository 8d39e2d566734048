#include "codec/body_reader.hpp"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "codec/distinct_names.hpp"
#include "codec/utf8.hpp"

namespace platen::codec {

namespace {

/// Walks the text for the library's parser and tells the reader how far that has come: the parser itself gives
/// positions only with its errors.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, const char** read) noexcept : at_(at), read_(read) {}
  reference operator*() const noexcept { return *at_; }
  Cursor& operator++() noexcept {
    *read_ = ++at_;
    return *this;
  }
  Cursor operator++(int) noexcept {
    const Cursor before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Cursor& left, const Cursor& right) noexcept { return left.at_ == right.at_; }

 private:
  const char* at_;
  const char** read_;
};

constexpr std::string_view rows_pointer = "/data/rows";

/// Checks the elements of `/data/rows` as they pass by; keeps nothing of them.
class RowsCheck {
 public:
  explicit RowsCheck(Problems& problems) : problems_(problems) {}

  /// A value of any kind begins (`depth` containers into the rows); `container` says whether it holds others.
  void value(std::size_t depth, std::string_view what, bool container) {
    if (depth == 0 && what != "an object")
      problems_.add(pointer_to(rows_pointer, row_), fmt::format("A row must be an object, not {}.", what));
    else if (depth == 1 && in_object_ && container)
      problems_.add(cell_pointer(), fmt::format("A cell is a text, a number, true, false or null, not {}.", what));
    if (depth == 0) {
      in_object_ = what == "an object";
      names_.clear();
      if (!container) ++row_;
    }
  }
  void key(std::size_t depth, const std::string& name) {
    if (depth != 1) return;
    field_ = name;
    if (!names_.add(name)) problems_.add(cell_pointer(), "This field is there twice in the row.");
  }
  void closed(std::size_t depth) {
    if (depth == 0) ++row_;
  }

 private:
  [[nodiscard]] std::string cell_pointer() const { return pointer_to(pointer_to(rows_pointer, row_), field_); }

  Problems& problems_;
  DistinctNames names_;
  std::string field_;
  std::size_t row_ = 0;
  bool in_object_ = false;
};

/// Builds the tree (the library's SAX interface).
class BodyReader {
 public:
  BodyReader(std::string_view text, Problems& problems)
      : text_(text), read_(text.data()), problems_(problems), rows_check_(problems) {}

  [[nodiscard]] Result<Body> run() {
    const char* const end = text_.data() + text_.size();
    if (!Json::sax_parse(Cursor(text_.data(), &read_), Cursor(end, &read_), this)) return fail(std::move(refusal_));
    Body body{std::move(root_), {}};
    if (rows_end_ != nullptr) {
      auto rows = without_whitespace({rows_begin_, static_cast<std::size_t>(rows_end_ - rows_begin_)});
      if (!rows) return fail(rows.error());
      body.rows = std::move(*rows);
    }
    return body;
  }

  bool null() { return scalar(nullptr, "null"); }
  bool boolean(bool value) { return scalar(value, "true or false"); }
  bool number_integer(std::int64_t value) { return scalar(value, "a number"); }
  bool number_unsigned(std::uint64_t value) { return scalar(value, "a number"); }
  bool number_float(double value, const std::string&) { return scalar(value, "a number"); }
  bool string(std::string& value) {
    if (in_rows()) return in_rows_scalar("a text");
    put(std::move(value));
    return true;
  }
  bool binary(const std::vector<std::uint8_t>&) { return false; }  // not in text
  bool start_object(std::size_t) { return open(Json::object(), "an object"); }
  bool end_object() { return close(); }
  bool start_array(std::size_t) { return open(Json::array(), "an array"); }
  bool end_array() { return close(); }

  bool key(const std::string& name) {
    if (in_rows()) {
      rows_check_.key(depth_ - rows_depth_, name);
      return !problems_.full() || give_up();
    }
    Json& object = *open_.back();
    key_ = name;
    if (object.contains(name)) problems_.add(pointer_to(pointer(), name), "This field is there twice.");
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) {
    constexpr int number_out_of_range = 406;  // the library's number of it
    const std::size_t byte = position == 0 ? 0 : position - 1;
    std::string detail;
    if (text_.empty())
      detail = "The body is empty.";
    else if (const auto bad = first_invalid_utf8(text_); bad && *bad <= byte)
      detail = fmt::format("The body is not UTF-8: byte {} does not belong there.", *bad);
    else if (error.id == number_out_of_range)
      detail = fmt::format("The number that ends at byte {} is too large.", byte);
    else if (byte >= text_.size())
      detail = fmt::format("The body is not JSON: it ends too soon, after {} bytes.", text_.size());
    else
      detail = fmt::format("The body is not JSON: byte {} does not belong there.", byte);
    refusal_ = {Errc::invalid_request, std::move(detail), {}};
    return false;
  }

 private:
  [[nodiscard]] bool in_rows() const noexcept { return rows_depth_ != 0; }

  [[nodiscard]] std::string pointer() const {
    std::string path;
    for (const std::string& step : path_) path += step;
    return path;
  }

  /// Puts a value where the parser is; the reference is good until its container grows.
  Json& put(Json value) {
    if (open_.empty()) return root_ = std::move(value);
    Json& parent = *open_.back();
    if (parent.is_object()) return parent[key_] = std::move(value);
    parent.push_back(std::move(value));
    return parent.back();
  }

  bool in_rows_scalar(std::string_view what) {
    rows_check_.value(depth_ - rows_depth_, what, false);
    return !problems_.full() || give_up();
  }

  template <class Value>
  bool scalar(Value value, std::string_view what) {
    if (in_rows()) return in_rows_scalar(what);
    put(value);
    return true;
  }

  bool open(Json container, std::string_view what) {
    if (depth_ == deepest_nesting) {
      refusal_ = {Errc::invalid_request, fmt::format("The body is nested deeper than {} levels.", deepest_nesting), {}};
      return false;
    }
    if (in_rows()) {
      rows_check_.value(depth_ - rows_depth_, what, true);
      ++depth_;
      return !problems_.full() || give_up();
    }
    if (!open_.empty()) {
      const Json& parent = *open_.back();
      path_.push_back(parent.is_object() ? pointer_to("", key_) : pointer_to("", parent.size()));
    }
    const bool is_array = container.is_array();
    open_.push_back(&put(std::move(container)));
    ++depth_;
    if (is_array && pointer() == rows_pointer) {
      rows_depth_ = depth_;
      rows_begin_ = read_ - 1;  // the bracket itself has been read
    }
    return true;
  }

  bool close() {
    --depth_;
    if (in_rows() && depth_ >= rows_depth_) {
      rows_check_.closed(depth_ - rows_depth_);
      return true;
    }
    if (in_rows()) {
      rows_depth_ = 0;
      rows_end_ = read_;
    }
    open_.pop_back();
    if (!path_.empty()) path_.pop_back();
    return true;
  }

  /// There is enough to tell already: what follows would not be heard.
  bool give_up() {
    refusal_ = problems_.error();
    return false;
  }

  std::string_view text_;
  const char* read_;  // one past the last byte that the parser took
  Problems& problems_;
  RowsCheck rows_check_;
  Json root_;
  std::vector<Json*> open_;        // the containers around the place where the parser is, outermost first
  std::vector<std::string> path_;  // their steps, each "/name"; the outermost has none
  std::string key_;
  std::size_t depth_ = 0;
  std::size_t rows_depth_ = 0;  // the depth within /data/rows; 0 elsewhere
  const char* rows_begin_ = nullptr;
  const char* rows_end_ = nullptr;
  Error refusal_;
};

}  // namespace

Result<Body> read_body(std::string_view text, Problems& problems) { return BodyReader(text, problems).run(); }

}  // namespace platen::codec
