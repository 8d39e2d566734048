// Cuts CSV text into records and fields (RFC 4180).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::worker {

/// A field as it stands in the text.
struct CsvField {
  std::string_view text;  ///< of a quoted one, what is between the quotes
  bool doubled = false;   ///< has doubled quotes, each of which means one
  bool plain = false;     ///< nothing in it but printable ASCII
};

/// What is at the beginning of a text.
enum class CsvOutcome {
  record,
  blank,           ///< a line with nothing in it
  incomplete,      ///< a record that goes on past the end of the text
  end,             ///< nothing: the data ends here
  stray_text,      ///< a record with text between a closing quote and the next delimiter; its end is known
  unterminated,    ///< a quote is open where the data ends
  field_too_long,  ///< past max_field_bytes
  row_too_long,    ///< past max_row_bytes
  too_many_fields  ///< past max_columns
};

/// Reads one record at a time. Records end with LF, CR LF or CR. A field that begins with a quote is quoted: it ends
/// at the next quote that is not doubled, and spaces may follow that. In other fields a quote is a character.
///
/// Pure but for the memory it reuses. Threads: one.
class CsvTokenizer {
 public:
  explicit CsvTokenizer(char delimiter);

  /// Reads the record at the beginning of `text`. `complete` when the data ends with the text.
  [[nodiscard]] CsvOutcome read(std::string_view text, bool complete);

  /// Of the last record; views into the text.
  [[nodiscard]] std::span<const CsvField> fields() const noexcept { return fields_; }
  /// Its length with its line end; also of a blank line and of a record with stray text.
  [[nodiscard]] std::size_t bytes() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  /// How many line ends that has, those within quotes included.
  [[nodiscard]] std::size_t lines() const noexcept { return lines_; }

 private:
  /// What followed a field.
  enum class After { field, record, incomplete, unterminated, too_long };
  After read_field();
  After read_quoted();
  After read_unquoted();
  /// Steps over the delimiter or line end at `at_`; a CR at the end of an incomplete text may be half a line end.
  After step_over();

  char delimiter_;
  std::vector<CsvField> fields_;
  const char* begin_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  bool complete_ = false;
  bool stray_text_ = false;
  std::size_t lines_ = 0;
};

/// A field's text with its doubled quotes made single.
void append_unquoted(std::string& out, std::string_view text);

}  // namespace platen::worker
