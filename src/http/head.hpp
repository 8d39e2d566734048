// The head of a request: where it ends, and whether it may be believed (RFC 9112; RFC 9110).
//
// Strict on purpose: what two readers could understand differently is refused, for behind a proxy that is how one
// client's request becomes another's (request smuggling).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/limits.hpp"
#include "http/refusal.hpp"
#include "http/target.hpp"

namespace platen::http {

/// Finds the end of a head in bytes that come in pieces; no byte is looked at twice.
/// Threads: one at a time.
class HeadScanner {
 public:
  explicit HeadScanner(const Limits& limits) : limits_(&limits) {}

  /// `text` is everything from the head's first byte on: what it was at the last call and more.
  /// The head's length with its empty line; 0 while it is not whole. Bare CR, bare LF, NUL and whatever is past a
  /// bound (414, 431) are refused as soon as they are seen.
  [[nodiscard]] Checked<std::size_t> scan(std::string_view text);

 private:
  [[nodiscard]] Checked<void> check_line(std::size_t line_bytes) const;

  const Limits* limits_;
  std::size_t line_start_ = 0;
  std::size_t scanned_ = 0;
  std::size_t lines_ = 0;  ///< that have ended; the request line is the first
};

struct Field {
  std::string_view name;
  std::string_view value;  ///< without the white space around it
};

enum class Framing { none, length, chunked };

/// A head that may be believed. Views are into the text that it was read from.
struct Head {
  std::string_view method;
  Target target;
  std::string host;  ///< the one that counts: of an absolute-form, else of `Host`; empty only for HTTP/1.0
  int minor_version = 1;
  std::vector<Field> fields;
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;
  bool names_upgrade = false;  ///< in `Connection`
  std::string_view content_type;
  std::string_view request_id;  ///< the client's, where it is sane; else empty
};

/// Reads and checks a whole head, its empty line included.
[[nodiscard]] Checked<Head> parse_head(std::string_view text, const Limits& limits);

}  // namespace platen::http
