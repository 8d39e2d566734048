// A PDF as it is written: objects one after the other, then where each of them lies (ISO 32000-1, 7.5).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "platen/error.hpp"
#include "worker/pdf/syntax.hpp"

namespace platen::worker::pdf {

/// Borrows: the output, open for writing at its start. Memory: a buffer and 8 bytes an object. Threads: one.
/// Errors: `unavailable` when the disk is full; the output is then of no use.
class ObjectWriter {
 public:
  /// Called whenever bytes go out; an error ends the writing.
  using OnWrite = std::function<Result<void>()>;
  ObjectWriter(const Fd& output, OnWrite on_write);

  /// Numbers to refer to before their objects are written; the first of `count` in a row.
  [[nodiscard]] ObjectNumber reserve(std::uint32_t count = 1);
  /// Writes an object whose number was reserved. Each is written once.
  [[nodiscard]] Result<void> write(ObjectNumber number, std::string_view body);
  /// The same for a stream; `entries` are those of its dictionary besides /Length, `bytes` as they shall lie there.
  [[nodiscard]] Result<void> write_stream(ObjectNumber number, std::string_view entries, std::string_view bytes);
  /// Writes the cross-reference table and the trailer. Every number that was reserved must have been written.
  [[nodiscard]] Result<void> finish(ObjectNumber catalog, ObjectNumber info);

 private:
  void begin(ObjectNumber number);
  [[nodiscard]] Result<void> flush_when_full();
  [[nodiscard]] Result<void> flush();

  const Fd& output_;
  OnWrite on_write_;
  std::string buffer_;
  std::uint64_t flushed_ = 0;           ///< bytes that are in the output
  std::vector<std::uint64_t> offsets_;  ///< by object number; 0: not written yet
};

}  // namespace platen::worker::pdf
