// The SHA-256 of a file, kept with the file.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace platen {

/// The hash (lower-case hex) of what a file holds, by reading all of it from its start, whatever the descriptor's
/// position. `unavailable` when it cannot be read. Threads: any.
[[nodiscard]] Result<std::string> sha256_of(const Fd& file);

/// Notes a file's hash with it, as an extended attribute. Where the file system has none, nothing is
/// kept: `content_hash` reads the file then. For files that do not change any more. Threads: any.
void note_content_hash(const Fd& file, std::string_view sha256);

/// The hash that was noted with a file; empty where none is. Threads: any.
[[nodiscard]] std::string noted_hash(const Fd& file);

/// The hash that was noted with a file, or else `sha256_of` it. For files that only we wrote. Threads: any.
[[nodiscard]] Result<std::string> content_hash(const Fd& file);

}  // namespace platen
