// The way to a Redis that serves: whom to dial, what to say there, and what the answers mean.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "redis/wire.hpp"

namespace platen::redis {

/// Leads through one attempt after the other. Where there are sentinels
/// (https://redis.io/docs/reference/sentinel-clients) the first that answers tells who the primary is, and that one
/// must agree: an old one that came back may still be told of. Does no I/O. Threads: one at a time.
class Approach {
 public:
  explicit Approach(Url url);

  /// An attempt begins; `target` is whom to dial.
  void begin();
  [[nodiscard]] const Url& target() const noexcept { return target_; }
  /// Whether `target` is a sentinel: others may know more, so little time is given to each.
  [[nodiscard]] bool is_at_sentinel() const noexcept { return at_sentinel_; }
  /// What to say once connected, in order: AUTH and SELECT where they are needed, a PING, which a server that is still
  /// loading its data refuses, and ROLE; or the question to a sentinel.
  [[nodiscard]] std::vector<std::vector<std::string>> commands();

  enum class Step {
    more,     ///< another answer is to come
    dial,     ///< to `target`, which is another now
    arrived,  ///< the server is ready
  };
  /// The next answer. `unavailable` when this attempt has failed: why, for logs, without a password.
  [[nodiscard]] Result<Step> hear(const Value& reply);
  /// The sentinel that is asked is of no use: whether there is one that was not asked in this attempt, which is
  /// `target` then.
  [[nodiscard]] bool turn_to_next_sentinel();
  /// The attempt has failed: the next one begins at another sentinel.
  void failed();
  /// How many attempts have met everybody once.
  [[nodiscard]] unsigned round() const noexcept;

  /// The whole address.
  [[nodiscard]] const Url& url() const noexcept { return url_; }

 private:
  void aim_at_sentinel();
  [[nodiscard]] Result<Step> hear_sentinel(const Value& reply);

  Url url_;
  Url target_;
  std::size_t sentinel_ = 0;  ///< which is asked; the one that answered last is asked first
  std::size_t asked_ = 0;     ///< sentinels in this attempt
  bool at_sentinel_ = false;
  std::size_t answers_left_ = 0;
};

}  // namespace platen::redis
