// All API keys, as a front end keeps them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/auth/visitor.hpp"
#include "platen/access.hpp"

namespace platen::http {

/// The keys of one version of the registry, ready to be looked up. There are few (`most_keys`), so that a front end
/// has them all: to check one costs a hash and no question to Redis, and whoever guesses keys troubles nobody else.
/// Immutable. Threads: any.
class KeyTable {
 public:
  KeyTable() = default;
  explicit KeyTable(const KeyList& list);

  /// Who the text of a key belongs to; null where it does not work (any more). Compared in constant time.
  [[nodiscard]] std::shared_ptr<const Caller> find(std::string_view key_text, TimePoint now) const;
  /// The same by the id alone, for what was proven otherwise.
  [[nodiscard]] std::shared_ptr<const Caller> find(const KeyId& id, TimePoint now) const;
  [[nodiscard]] const std::string& version() const noexcept { return version_; }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

 private:
  struct Entry {
    std::string sha256;
    std::optional<TimePoint> ends_at;
    std::shared_ptr<const Caller> caller;
    [[nodiscard]] bool works(TimePoint now) const noexcept { return !ends_at || now < *ends_at; }
  };

  std::string version_;
  std::unordered_map<std::string, Entry> entries_;  ///< by the key's id
};

}  // namespace platen::http
