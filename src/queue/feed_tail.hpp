// The ends of feeds, as they grow.
#pragma once

#include <optional>
#include <unordered_map>
#include <utility>

#include "base/loop.hpp"
#include "platen/feed.hpp"
#include "queue/keys.hpp"
#include "redis/loop_connection.hpp"

namespace platen::queue {

/// Blocks on the feeds that are watched, all in one command (XREAD), from where each ended when that began; so what is
/// added costs Redis nothing more where nobody watches. While nothing is added the command is repeated four times a
/// second.
/// Owns: a connection, from the first watch on. Borrows the listener. Threads: the loop's. Destroy it outside of a
/// turn.
class FeedTail {
 public:
  FeedTail(Loop& loop, redis::Url url, redis::LoopConnectionOptions options, Keys keys)
      : loop_(loop), url_(std::move(url)), options_(options), keys_(std::move(keys)) {}

  void listen(FeedListener& listener) { listener_ = &listener; }
  void watch(const Tenant& tenant);
  void unwatch(const Tenant& tenant) { ends_.erase(tenant); }

 private:
  void find_ends();
  void find_end(const Tenant& tenant);
  void lose();
  void read();
  void try_again();
  void take(const Result<redis::Reply>& reply);
  void take_entries(const Tenant& tenant, const redis::Value& entries);

  Loop& loop_;
  redis::Url url_;
  redis::LoopConnectionOptions options_;
  Keys keys_;
  FeedListener* listener_ = nullptr;
  std::unordered_map<Tenant, std::optional<StreamPosition>> ends_;  ///< what was told of each; nullopt: to be found
  bool is_reading_ = false;
  Loop::Timer retry_;
  std::optional<redis::LoopConnection> connection_;
};

}  // namespace platen::queue
