#include "worker/slots/slot.hpp"

#include <utility>

#include "base/crypto.hpp"
#include "base/log.hpp"

namespace platen::worker {

namespace {

constexpr std::size_t nonce_bytes = 16;

}  // namespace

Slot::Slot(WorkerId id, const SlotPorts& ports, SlotOptions options)
    : ports_(ports), options_(options), self_{std::move(id), random_hex(nonce_bytes)} {}

void Slot::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) turn(stop);
  give_back();
}

Result<std::optional<Claim>> Slot::next_claim() {
  if (known_) return *std::exchange(known_, std::nullopt);
  asked_at_ = span_now();
  return ports_.queue.claim(self_.worker, self_.nonce);
}

void Slot::give_back() {
  if (!known_ || !*known_) return;
  // Should this not arrive, the lease lapses.
  if (const auto released = ports_.queue.release((*known_)->lease); !released)
    log_line(spdlog::level::warn, "a job was not given back",
             {{"job_id", (*known_)->lease.job.text},
              {"request_id", (*known_)->request_id},
              {"reason", released.error().detail}});
}

void Slot::turn(const std::stop_token& stop) {
  if (!ready_) {
    if (auto checked = ports_.check_ready(); !checked) return wait_out(checked.error(), stop);
    ready_ = true;
  }
  auto claim = next_claim();
  if (!claim) return wait_out(claim.error(), stop);
  if (!*claim) {
    // A claim may have been granted that never reached us: the same nonce still asks for it.
    const auto waited = ports_.queue.wait_for_work(options_.idle_wait);
    if (!waited) return wait_out(waited.error(), stop);
    backoff_.reset();
    return;
  }
  backoff_.reset();
  self_.nonce = random_hex(nonce_bytes);
  JobRun job(ports_, options_, {std::move(**claim), asked_at_}, self_, stop);
  const JobRun::Worker worker = job.run();
  known_ = job.take_next();
  asked_at_ = job.asked_for_next_at();
  if (worker == JobRun::Worker::fine) return trouble_.reset();
  ready_ = false;
  ports_.pace.pause(trouble_.next(), stop);
}

void Slot::wait_out(const Error& error, const std::stop_token& stop) {
  if (backoff_.is_fresh())
    log_line(spdlog::level::warn, "no jobs can be claimed now",
             {{"worker", self_.worker.text}, {"reason", error.detail}});
  ports_.pace.pause(backoff_.next(), stop);
}

}  // namespace platen::worker
