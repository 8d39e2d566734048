// In-memory ports around a slot, scripted by the tests.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "platen/queue.hpp"
#include "platen/renderer.hpp"
#include "platen/store.hpp"
#include "worker/slots/slot.hpp"

namespace platen::test {

inline Error away() { return {Errc::unavailable, "Redis cannot be reached."}; }

/// A queue of claims that writes down what it is told. Each call asks its hook first.
class FakeQueue final : public LeaseQueue {
 public:
  std::deque<Claim> claims;
  std::vector<std::string> told;  ///< complete, fail:<code>, crashed, release: what was answered
  std::vector<std::string> nonces;
  std::vector<std::optional<Progress>> renewals;
  Error failure;  ///< the last one told
  std::optional<Artifact> artifact;
  std::function<Result<void>()> before_claim = [] { return Result<void>(); };
  std::function<Result<LeaseState>()> on_renew = [] { return LeaseState::held; };
  std::function<Result<void>()> before_verdict = [] { return Result<void>(); };
  std::function<void()> on_idle = [] {};

  Result<std::optional<Claim>> claim(const WorkerId& /*worker*/, std::string_view nonce) override {
    nonces.emplace_back(nonce);
    if (auto fine = before_claim(); !fine) return fail(fine.error());
    if (claims.empty()) return std::optional<Claim>();
    Claim next = std::move(claims.front());
    claims.pop_front();
    return next;
  }
  Result<void> wait_for_work(std::chrono::milliseconds /*at_most*/) override {
    on_idle();
    return {};
  }
  Result<LeaseState> renew(Lease& /*lease*/, const std::optional<Progress>& progress) override {
    auto state = on_renew();
    if (state) renewals.push_back(progress);
    return state;
  }
  Result<std::optional<Claim>> complete(const Lease& /*lease*/, const Artifact& result,
                                        const std::optional<Claimant>& next) override {
    artifact = result;
    if (auto fine = before_verdict(); !fine) return fail(fine.error());
    told.emplace_back("complete");
    if (!next) return std::optional<Claim>();
    return claim(next->worker, next->nonce);
  }
  Result<Outcome> fail_attempt(const Lease& /*lease*/, const Error& error) override {
    failure = error;
    return tell("fail:" + std::string(name_of(error.code)), Outcome::failed);
  }
  Result<Outcome> crashed(const Lease& /*lease*/, const Error& error) override {
    failure = error;
    return tell("crashed", Outcome::queued);
  }
  Result<Outcome> release(const Lease& /*lease*/) override { return tell("release", Outcome::queued); }

 private:
  Result<Outcome> tell(std::string what, Outcome outcome) {
    if (auto fine = before_verdict(); !fine) return fail(fine.error());
    told.push_back(std::move(what));
    return outcome;
  }
};

/// Draws what the test says.
class FakeRenderer final : public Renderer {
 public:
  std::function<Result<Rendered>(const RenderTask&, const OnProgress&)> draw;
  Result<Rendered> render(const RenderTask& task, const OnProgress& on_progress) override {
    return draw(task, on_progress);
  }
};

class MemoryUploads final : public UploadStore {
 public:
  std::map<UploadId, std::string> files;
  Result<std::unique_ptr<UploadWriter>> begin(const Tenant&) override { return fail(Errc::internal, "not here"); }
  bool is_slow = false;  ///< whether `open` goes on until it is not wanted any more
  std::function<void()> while_slow = [] {};
  Result<Upload> find(const Tenant&, const UploadId&) override { return fail(Errc::internal, "not here"); }
  Result<Fd> open(const UploadId& id, const StillWanted& still_wanted) override {
    while (is_slow) {
      while_slow();
      if (!still_wanted()) return fail(Errc::canceled, "stopped");
    }
    if (const auto found = files.find(id); found != files.end()) return memory_file(found->second);
    return fail(Errc::not_found, "There is no such upload.");
  }
  Result<void> remove(const UploadId& id) override {
    files.erase(id);
    return {};
  }
  Result<std::vector<UploadId>> older_than(std::chrono::seconds /*age*/) override { return std::vector<UploadId>(); }
  Result<void> check() override { return {}; }
};

class MemoryArtifacts final : public ArtifactStore {
 public:
  std::map<std::string, std::string, std::less<>> files;
  std::optional<Error> broken;  ///< answered by create and keep
  Result<Fd> create() override {
    if (broken) return fail(*broken);
    return memory_file("");
  }
  Result<void> keep(const Fd& file, std::string_view name, const StillWanted& still_wanted) override;
  Result<std::optional<std::string>> link(std::string_view, const Handout&) override {
    return std::optional<std::string>();
  }
  Result<Fd> open(std::string_view name) override { return memory_file(files.find(name)->second); }
  Result<void> remove(std::string_view name) override {
    files.erase(std::string(name));
    return {};
  }
  Result<std::vector<std::string>> older_than(std::chrono::seconds /*age*/) override {
    return std::vector<std::string>();
  }
  Result<void> check() override { return {}; }
};

/// A clock that moves only when someone waits, or when the test says so.
class FakePace final : public worker::Pace {
 public:
  worker::SteadyTime time{};
  std::vector<std::chrono::milliseconds> pauses;
  [[nodiscard]] worker::SteadyTime now() const override { return time; }
  void pause(std::chrono::milliseconds length, const std::stop_token& /*stop*/) override {
    pauses.push_back(length);
    time += length;
  }
};

/// A slot among fakes.
struct Bench {
  FakeQueue queue;
  MemoryUploads uploads;
  MemoryArtifacts artifacts;
  FakeRenderer renderer;
  worker::RunningJobs running;
  worker::Tally tally;
  FakePace pace;
  std::stop_source stop;
  worker::SlotOptions options;
  std::function<Result<void>()> check_ready = [] { return Result<void>(); };

  Bench();
  /// Runs the slot until its queue is empty, or it was stopped.
  void run();
};

/// A claim of a job with no upload.
[[nodiscard]] Claim a_claim();
/// Draws "%PDF" with 3 pages of 120 rows, without a word of progress.
[[nodiscard]] Result<Rendered> draw_at_once(const RenderTask& task, const Renderer::OnProgress& on_progress);

}  // namespace platen::test
