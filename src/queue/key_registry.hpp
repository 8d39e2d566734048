// API keys in Redis, where every front end sees the same.
#pragma once

#include "platen/access.hpp"
#include "queue/scripts.hpp"

namespace platen::queue {

/// Speaks over one connection, which is borrowed. Threads: those of the connection.
/// A key that this version cannot read is left out, and so does not work; the log names it.
class RedisKeyRegistry final : public KeyRegistry {
 public:
  explicit RedisKeyRegistry(const Shard& shard) : shard_(shard) {}

  [[nodiscard]] Result<void> create(const ApiKey& key) override;
  [[nodiscard]] Result<void> end(const KeyId& id, std::optional<TimePoint> at) override;
  [[nodiscard]] Result<void> rotate(const KeyId& old, std::optional<TimePoint> at, const ApiKey& successor) override;
  [[nodiscard]] Result<KeyList> list() override;
  void list_later(const std::string& known, Changed done) override;

 private:
  Shard shard_;
};

}  // namespace platen::queue
