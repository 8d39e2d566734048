// Answers out of the bytes that come from Redis (RESP2; hiredis's parser).
#pragma once

#include <memory>
#include <string_view>

#include "base/owned.hpp"
#include "platen/error.hpp"
#include "redis/reply.hpp"

struct redisReader;

namespace platen::redis {

/// Owns: what was fed and is not read yet. Threads: one at a time.
/// Errors: `unavailable`; it is of no use afterwards.
class ReplyReader {
 public:
  ReplyReader();

  [[nodiscard]] Result<void> feed(std::string_view bytes);
  /// Puts the next whole answer into `reply`, whose memory serves again; false: none yet.
  [[nodiscard]] Result<bool> next(Reply& reply);

 private:
  struct Building;
  static void free(redisReader* reader) noexcept;

  std::unique_ptr<Reply> building_;  ///< the parser knows where it is
  Owned<redisReader, free> reader_;
};

}  // namespace platen::redis
