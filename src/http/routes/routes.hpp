// The API's routes (docs/protocol.md).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "http/auth/tokens.hpp"
#include "http/limits.hpp"
#include "http/route.hpp"
#include "platen/feed.hpp"
#include "platen/links.hpp"
#include "platen/observation.hpp"
#include "platen/queue.hpp"
#include "platen/store.hpp"
#include "platen/webhook.hpp"
#include "relay/hub.hpp"

namespace platen::http {

/// What the handlers work with. Everything is borrowed and outlives them.
/// Threads: each of these takes calls from any thread; the hub is called on its loop only.
struct Services {
  JobSubmitter& submitter;
  JobReader& reader;
  JobControl& control;
  WebhookRegistry& webhooks;
  WebhookLog& webhook_log;
  FeedReader& feeds;
  UploadStore& uploads;
  UnfinishedUploads& unfinished;
  ArtifactStore& artifacts;
  const LinkSigner& signer;
  relay::Hub& hub;
  /// Whether live events reach this process now (JobEvents::healthy, as the loop saw it last). Threads: any.
  std::function<bool()> has_live_events;
  QueueObserver& observer;
  /// For Prometheus. May block for as long as a command to Redis takes.
  std::function<std::string()> metrics = {};
  bool metrics_apart = false;  ///< another listener has /metrics
  std::uint64_t upload_limit_bytes = Limits{}.upload_bytes;
  std::string public_url = {};          ///< put before every path in bodies and `Location`; empty: paths only
  std::string report_origin = {};       ///< where clients get reports, if not here: `https://HOST`
  const TokenSigner* tokens = nullptr;  ///< null: there are no keys, so nothing needs a ticket or a session
  /// Whether a visitor that was known still is, for connections that stay open. Threads: the loop's.
  std::function<bool(const Visitor&)> still_knows = [](const Visitor&) { return true; };
  Tracer* tracer = nullptr;  ///< null: nothing is traced
};

/// All of them. `services` is borrowed.
[[nodiscard]] Routes routes(const Services& services);
/// Those of the listener for operators: the probes, and /metrics. `services` is borrowed.
[[nodiscard]] Routes admin_routes(const Services& services);

}  // namespace platen::http
