// multipart/form-data (RFC 7578, RFC 2046), read as it comes.
#pragma once

#include <string>
#include <string_view>

#include "platen/error.hpp"

namespace platen::http {

/// What a part says of itself.
struct Part {
  std::string name;
  std::string filename;      ///< empty: none was given
  std::string content_type;  ///< empty: none was given
};

/// Told of the parts, in the order in which they come. An error ends the reading and is what `feed` returns.
class PartSink {
 public:
  virtual ~PartSink() = default;
  [[nodiscard]] virtual Result<void> on_part(const Part& part) = 0;
  [[nodiscard]] virtual Result<void> on_data(std::string_view data) = 0;
  [[nodiscard]] virtual Result<void> on_part_end() = 0;
};

/// A push parser. Memory: the bytes of one `feed` and a part's head, whatever the size of the body.
/// Takes names and boundaries quoted or not, white space after a boundary, a preamble and an epilogue.
/// Threads: one at a time.
/// Errors: `invalid_request` for what is not such a body; after any error it must not be fed again.
class MultipartReader {
 public:
  /// `sink` is borrowed.
  MultipartReader(std::string_view boundary, PartSink& sink);

  [[nodiscard]] Result<void> feed(std::string_view bytes);
  /// The body has ended: was it whole?
  [[nodiscard]] Result<void> finish() const;

 private:
  enum class State { preamble, after_delimiter, part_head, part_data, epilogue };
  enum class Step { more, wait };
  [[nodiscard]] Result<Step> step();
  [[nodiscard]] Result<Step> pass_data();
  [[nodiscard]] Result<Step> read_after_delimiter();
  [[nodiscard]] Result<Step> read_part_head();
  [[nodiscard]] Result<void> emit(std::string_view data);
  void take(std::size_t bytes) noexcept { start_ += bytes; }
  [[nodiscard]] std::string_view rest() const noexcept { return std::string_view(pending_).substr(start_); }

  std::string delimiter_;  ///< CRLF, two dashes, the boundary
  PartSink& sink_;
  State state_ = State::preamble;
  bool in_part_ = false;
  std::string pending_;
  std::size_t start_ = 0;  ///< of what is pending in it
};

/// The boundary of a multipart/form-data Content-Type; `invalid_request` where it has none that is valid.
[[nodiscard]] Result<std::string> boundary_of(std::string_view content_type);

}  // namespace platen::http
