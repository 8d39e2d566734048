// The thread that tells others that jobs have ended.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/guarded.hpp"
#include "net/courier.hpp"
#include "platen/links.hpp"
#include "platen/time.hpp"
#include "platen/webhook.hpp"

namespace platen::jobs {

struct WebhookOptions {
  net::AddressGuard guard = {};
  std::string public_url = {};  ///< put before the paths in a message
  std::chrono::milliseconds timeout{15'000};
  std::size_t most_under_way = 128;
  std::size_t most_a_lane = 4;          ///< to one host and port, so that one which hangs leaves room for the others
  std::chrono::milliseconds poll{100};  ///< how late an event may be noticed
  std::chrono::milliseconds outage_pause{1'000};
  std::vector<std::chrono::milliseconds> schedule = {};  ///< empty: webhook_schedule()
  Tracer* tracer = nullptr;                              ///< null: nothing is traced
};

/// Makes deliveries of events, takes those that are due, sends them, and reports what came of it, from its making to
/// its end. Any number of these may run at once, in any process: what is under way when one ends is taken by another
/// once `timeout` and a little more are over, under the same id.
/// Owns: two threads. Borrows all else. Errors: are logged, once for each outage of the queue.
class WebhookDispatcher {
 public:
  WebhookDispatcher(DeliveryQueue& queue, const LinkSigner& signer, const Clock& clock, WebhookOptions options = {});
  WebhookDispatcher(const WebhookDispatcher&) = delete;
  WebhookDispatcher& operator=(const WebhookDispatcher&) = delete;
  ~WebhookDispatcher() = default;

 private:
  struct Sent {
    Delivery delivery;
    TimePoint at;
    net::Receipt receipt;
  };

  void run(const std::stop_token& stop);
  /// Whether there may be more to do at once.
  [[nodiscard]] Result<bool> round();
  [[nodiscard]] Result<void> report_sent();
  [[nodiscard]] Result<void> take_due();
  void send(Delivery delivery);
  void conclude(const Sent& sent, const DeliveryReport& report, bool has_disabled) const;

  DeliveryQueue& queue_;
  const LinkSigner& signer_;
  const Clock& clock_;
  WebhookOptions options_;
  std::minstd_rand random_;
  std::map<std::string, std::size_t> busy_;               ///< taken and not reported on, by lane; no zeros
  std::size_t under_way_ = 0;                             ///< the sum of these
  std::vector<std::pair<Sent, DeliveryReport>> reports_;  ///< that the queue has not got yet
  Guarded<std::vector<Sent>> sent_;                       ///< by the courier, and not looked at
  bool is_failing_ = false;
  net::Courier courier_;  ///< goes before what it calls back into
  std::jthread thread_;
};

}  // namespace platen::jobs
