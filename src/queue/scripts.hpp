// The Lua scripts, and how to call one.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "queue/keys.hpp"
#include "redis/caller.hpp"

namespace platen::queue {

/// One change or reading of the queue, as Redis runs it: lua/<name>.lua tells arguments and result.
struct Script {
  std::string_view sha1;
  std::string_view source;
};

namespace scripts {
extern const Script cancel, claim, complete, crashed, due, expire, fail, feed, feed_trim, forget, key_change, keys,
    list, observe, outbox_acknowledge, outbox_put, outbox_take, permitted, promote, read, reap, redrive, release, renew,
    replay, report_worker, request, submit, webhook_change, webhook_create, webhook_deliveries, webhook_fan_out,
    webhook_list, webhook_remove, webhook_report, webhook_send, webhook_take;
}

/// As they are read; of a list of texts or of views.
class ScriptArguments {
 public:
  ScriptArguments(std::initializer_list<std::string_view> arguments) : views_(arguments) {}
  ScriptArguments(const std::vector<std::string>& arguments) : views_(arguments.begin(), arguments.end()) {}
  [[nodiscard]] auto begin() const { return views_.begin(); }
  [[nodiscard]] auto end() const { return views_.end(); }

 private:
  std::vector<std::string_view> views_;
};

/// One Redis of the queue. Borrows the connection.
struct Shard {
  Shard(redis::Caller& connection, std::size_t number = 0) : redis(&connection), keys(number) {}

  redis::Caller* redis;
  Keys keys;
};

/// The command that runs a script which Redis knows (EVALSHA), and the one that makes it known (EVAL).
/// They borrow all their texts.
[[nodiscard]] std::vector<std::string_view> by_name(const Script& script, const Keys& keys,
                                                    const ScriptArguments& arguments);
[[nodiscard]] std::vector<std::string_view> by_source(const Script& script, const Keys& keys,
                                                      const ScriptArguments& arguments);

/// Runs a script and waits; one that Redis has forgotten (a restart, SCRIPT FLUSH) is sent along again.
/// Errors: those of `error_of`, and the caller's.
[[nodiscard]] Result<redis::Reply> run(const Shard& shard, const Script& script, const ScriptArguments& arguments);
/// The same without waiting; `done` as in Caller::call_later.
void run_later(const Shard& shard, const Script& script, std::vector<std::string> arguments, redis::Caller::Done done);

/// What an error reply means to whoever asked: `busy` when Redis's memory is full, `unavailable` when it cannot
/// write now, else `internal`.
[[nodiscard]] Error error_of(const redis::Value& reply);

}  // namespace platen::queue
