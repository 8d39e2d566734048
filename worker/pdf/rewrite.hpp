// What needs the whole PDF at once: encryption and linearization, by libqpdf.
#pragma once

#include <cstdint>
#include <string>

#include "base/fd.hpp"
#include "platen/error.hpp"

namespace platen::worker::pdf {

/// libqpdf holds a PDF's objects in memory, several times the file's size.
inline constexpr std::uint64_t max_rewritten_bytes = std::uint64_t{128} << 20;

struct RewriteOptions {
  bool linearize = false;      ///< ISO 32000-1, annex F
  std::string password;        ///< to open it, AES-256 (ISO 32000-2, revision 6); empty: anyone may
  std::string owner_password;  ///< to change it; empty: a random one, where there is a password
  [[nodiscard]] bool wanted() const noexcept { return linearize || !password.empty() || !owner_password.empty(); }
};

/// Writes `from` anew into `to`, which is empty and open for writing. Readers of encrypted documents may print and
/// copy, also with aids. Equal files give equal bytes unless they are encrypted.
/// Errors: `too_large` past the limit; `unavailable` when the disk is full; else `internal`, for we made the PDF.
[[nodiscard]] Result<void> rewrite(const Fd& from, const Fd& to, const RewriteOptions& options);

}  // namespace platen::worker::pdf
