// The real routes behind a real door, over a queue in memory and uploads on disk.
#pragma once

#include <future>
#include <memory>
#include <thread>

#include "base/log.hpp"
#include "http/auth/gatekeeper.hpp"
#include "http/door.hpp"
#include "http/links.hpp"
#include "http/routes/routes.hpp"
#include "store/file_artifact_store.hpp"
#include "store/file_unfinished_uploads.hpp"
#include "store/file_upload_store.hpp"
#include "tests/support/fake_events.hpp"
#include "tests/support/fake_feed.hpp"
#include "tests/support/hand_clock.hpp"
#include "tests/support/memory_ports.hpp"
#include "tests/support/memory_webhooks.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

/// Its loop runs in a thread of its own. One handler at a time, for the queue in memory is for one thread.
class RunningRoutes {
 public:
  /// Without keys there is no gatekeeper: all are let in.
  explicit RunningRoutes(std::string data_dir, const http::Limits& limits = {},
                         const std::optional<KeyList>& keys = std::nullopt)
      : limits_(limits),
        uploads_(data_dir),
        unfinished_(data_dir),
        artifacts_(data_dir),
        listener_(http::bind_listener("127.0.0.1", 0).value()) {
    spdlog::set_level(spdlog::level::off);
    limits_.pool_threads = 1;
    limits_.sweep_every = std::chrono::milliseconds(10);
    std::vector<Fd> sockets;
    sockets.push_back(std::move(listener_.socket));
    if (keys) gatekeeper_.learn(http::KeyTable(*keys));
    door_ =
        std::make_unique<http::Door>(loop_, std::move(sockets), http::routes(services_), uploads_, limits_,
                                     http::CrossOrigin(), http::DoorPorts{.gatekeeper = keys ? &gatekeeper_ : nullptr});
    events_.find_job = [this](const JobId& id) {
      const auto found = queue_.jobs.find(id);
      return found == queue_.jobs.end() ? std::nullopt : std::optional(found->second);
    };
    settle_events();
    thread_ = std::jthread([this](const std::stop_token& stop) { loop_.run(stop); });
  }
  ~RunningRoutes() {
    thread_.request_stop();
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port; }
  [[nodiscard]] RawHttp connect() const { return RawHttp(port()); }
  [[nodiscard]] FileUploadStore& uploads() noexcept { return uploads_; }
  [[nodiscard]] FileArtifactStore& artifacts() noexcept { return artifacts_; }
  /// To be used before or between requests only.
  [[nodiscard]] MemoryQueue& queue() noexcept { return queue_; }
  [[nodiscard]] http::HmacLinkSigner& signer() noexcept { return signer_; }
  [[nodiscard]] const http::TokenSigner& tokens() const noexcept { return tokens_; }
  [[nodiscard]] MemoryWebhooks& webhooks() noexcept { return webhooks_; }
  /// What the door answers, as a table.
  [[nodiscard]] http::Routes routes() const { return http::routes(services_); }
  [[nodiscard]] http::DoorStats stats() {
    std::packaged_task<http::DoorStats()> task([this] { return door_->stats(); });
    auto result = task.get_future();
    loop_.post([&task] { task(); });
    return result.get();
  }

 private:
  /// What is asked of the imagined Redis it answers soon.
  void settle_events() {
    events_.settle();
    settler_ = loop_.after(std::chrono::milliseconds(1), [this] { settle_events(); });
  }

  http::Limits limits_;
  FileUploadStore uploads_;
  FileUnfinishedUploads unfinished_;
  FileArtifactStore artifacts_;
  MemoryQueue queue_;
  MemoryWebhooks webhooks_;
  HandClock clock_;
  http::HmacLinkSigner signer_{{{"k1", std::string(32, 's')}}, std::chrono::hours(1), clock_};
  http::TokenSigner tokens_{{{"k1", std::string(32, 's')}}, clock_};
  http::Gatekeeper gatekeeper_{{}, tokens_, clock_};
  Loop loop_;
  Loop::Timer settler_;
  FakeEvents events_;
  FakeFeed feed_;
  relay::Hub hub_{loop_, {events_, feed_}, signer_, {}};
  FixedQueueState observer_;
  http::Services services_{queue_,     queue_,
                           queue_,     webhooks_,
                           webhooks_,  feed_,
                           uploads_,   unfinished_,
                           artifacts_, signer_,
                           hub_,       [] { return true; },
                           observer_,  [] { return std::string(); },
                           false,      limits_.upload_bytes,
                           {},         {},
                           &tokens_};
  http::BoundListener listener_;
  std::unique_ptr<http::Door> door_;
  std::jthread thread_;
};

}  // namespace platen::test
