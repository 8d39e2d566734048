// The order of texts in a language.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "worker/data/locale.hpp"

namespace platen::worker {

/// The collation of a locale (Unicode's root order without one): Ä beside A in German, after Z in Swedish. A tag may
/// ask for more: `en-u-kn` puts 10 after 9.
/// Owns: ICU's collator and what it needs for one text at a time. Threads: one.
class Collation {
 public:
  explicit Collation(const Locale& locale);
  ~Collation();
  Collation(Collation&&) noexcept;
  Collation& operator=(Collation&&) noexcept;

  /// Appends bytes that compare as the texts do, at most `most_bytes` of them; none of them is zero.
  void append_key(std::string& out, std::string_view text, std::size_t most_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace platen::worker
