// Scripts over a connection that a loop drives.
#pragma once

#include <string>
#include <vector>

#include "queue/scripts.hpp"
#include "redis/loop_connection.hpp"

namespace platen::queue {

/// As `run_later`, in the loop's thread; the answer may be an error reply. Connection and keys are borrowed until then.
void run(redis::LoopConnection& redis, const Keys& keys, const Script& script, std::vector<std::string> arguments,
         redis::LoopConnection::Done done);

}  // namespace platen::queue
