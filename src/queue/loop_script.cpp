#include "queue/loop_script.hpp"

#include <memory>
#include <utility>

namespace platen::queue {

void run(redis::LoopConnection& redis, const Keys& keys, const Script& script, std::vector<std::string> arguments,
         redis::LoopConnection::Done done) {
  const auto kept = std::make_shared<const std::vector<std::string>>(std::move(arguments));
  redis.call(by_name(script, keys, *kept),
             [&redis, &keys, &script, kept, done = std::move(done)](Result<redis::Reply> reply) {
               if (reply && redis::has_error_code(*reply, "NOSCRIPT"))
                 redis.call(by_source(script, keys, *kept), done);
               else
                 done(std::move(reply));
             });
}

}  // namespace platen::queue
