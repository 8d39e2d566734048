// platend, composed: everything is built here, once, in the order in which it depends on each other.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "app/key_watch.hpp"
#include "app/metrics_page.hpp"
#include "app/options.hpp"
#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "base/loop.hpp"
#include "http/auth/gatekeeper.hpp"
#include "http/door.hpp"
#include "http/links.hpp"
#include "http/routes/routes.hpp"
#include "jobs/housekeeping.hpp"
#include "jobs/scheduler.hpp"
#include "jobs/webhook_dispatcher.hpp"
#include "queue/shards/front_queue.hpp"
#include "relay/hub.hpp"
#include "store/file_unfinished_uploads.hpp"
#include "store/stores.hpp"
#include "trace/otlp_tracer.hpp"

namespace platen::app {

/// What had to succeed before anything was composed.
struct Prepared {
  net::AddressGuard webhook_guard;
  std::vector<queue::ShardAddress> shards;
  std::vector<http::LinkKey> keys;
  std::optional<s3::Target> bucket;  ///< nullopt: files stay on the disk
  std::optional<KeyList> api_keys;   ///< nullopt: Redis does not answer yet
  std::vector<Fd> listeners;
  std::vector<Fd> admin_listeners;  ///< one, or none
  std::string address;              ///< of the first listener, for the log
  std::uint16_t port = 0;
  std::unique_ptr<trace::OtlpTracer> tracer;  ///< null: nothing is traced
};

/// For the log: the shards' URLs, without secrets.
[[nodiscard]] std::string shown(const std::vector<queue::ShardAddress>& shards);

/// Reads the keys and opens the listeners (systemd's, where it passes any). `invalid_request` for a setting that
/// cannot work, and for a listener that is not on loopback while there are no API keys; `unavailable` for what may be
/// there at the next try (a port that is taken).
[[nodiscard]] Result<Prepared> prepare(const Options& options, std::string_view version);

/// The front end. Members stand in lifetime order: each may use those above it, and ends before them.
/// Threads: made, run and destroyed by one. Errors: the constructor throws std::system_error when the data folder
/// or the kernel refuses.
class FrontEnd {
 public:
  /// `version` is this program's, for /metrics.
  FrontEnd(const Options& options, Prepared prepared, std::string version);
  FrontEnd(const FrontEnd&) = delete;
  FrontEnd& operator=(const FrontEnd&) = delete;

  /// Serves until stopped, then drains: no more connections, requests finished, streams told to come back.
  void run(std::stop_token stop);

 private:
  [[nodiscard]] http::Services services();
  [[nodiscard]] std::string metrics_text();
  void note_loop_state();
  void keep_watchdog_quiet();
  void drain();

  Options options_;
  std::string version_;
  SystemClock clock_;
  TimePoint started_at_;
  std::unique_ptr<trace::OtlpTracer> tracer_;  ///< or none; at its end it sends what all below have recorded
  std::string report_origin_;
  StorePair stores_;
  FileUnfinishedUploads unfinished_;
  http::HmacLinkSigner signer_;
  metrics::RequestMetrics request_metrics_;
  http::TokenSigner tokens_;

  Loop loop_;
  queue::FrontQueue queue_;

  std::stop_source drained_;
  int doors_to_drain_ = 0;
  Loop::Timer watchdog_;
  Loop::Timer health_;
  Guarded<LoopState> loop_state_;  ///< the loop writes what it sees; handlers read
  relay::Hub hub_;
  http::Gatekeeper gatekeeper_;
  KeyWatch key_watch_;
  http::Services services_;
  http::Door door_;
  std::optional<http::Door> admin_door_;

  jobs::Housekeeping housekeeping_;
  jobs::Scheduler scheduler_;
  jobs::WebhookDispatcher dispatcher_;
};

}  // namespace platen::app
