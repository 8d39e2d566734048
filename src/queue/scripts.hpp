// The Lua scripts, and how to call one.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "redis/caller.hpp"

namespace platen::queue {

/// One change or reading of the queue, as Redis runs it: lua/<name>.lua tells arguments and result.
struct Script {
  std::string_view sha1;
  std::string_view source;
};

namespace scripts {
extern const Script cancel, claim, complete, crashed, due, expire, fail, forget, list, promote, read, reap, redrive,
    release, renew, replay, submit;
}

using ScriptArguments = std::initializer_list<std::string_view>;

/// The command that runs a script which Redis knows (EVALSHA), and the one that makes it known (EVAL).
/// They borrow all their texts.
[[nodiscard]] std::vector<std::string_view> by_name(const Script& script, ScriptArguments arguments);
[[nodiscard]] std::vector<std::string_view> by_source(const Script& script, ScriptArguments arguments);

/// Runs a script and waits; one that Redis has forgotten (a restart, SCRIPT FLUSH) is sent along again.
/// Errors: those of `error_of`, and the caller's.
[[nodiscard]] Result<redis::Reply> run(redis::Caller& redis, const Script& script, ScriptArguments arguments);

/// What an error reply means to whoever asked: `busy` when Redis's memory is full, `unavailable` when it cannot
/// write now, else `internal`.
[[nodiscard]] Error error_of(const redis::Value& reply);

}  // namespace platen::queue
