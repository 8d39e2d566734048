// The drawing process of one slot, kept warm.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "base/fd.hpp"
#include "base/process.hpp"
#include "codec/render_message.hpp"
#include "platen/renderer.hpp"

namespace platen::worker {

struct RenderProcessOptions {
  std::string program;                               ///< path of platen-render
  std::chrono::milliseconds tick{50};                ///< how often `on_progress` is asked at least
  std::chrono::milliseconds silence_limit{120'000};  ///< without progress of a process that draws: it hangs
  std::uint64_t memory_bytes = 0;                    ///< that the process may use; 0: its own default
  std::uint64_t file_bytes = 0;                      ///< the largest file that it may write; 0: its own default
};

/// Draws by giving orders to a child process over a socket, with the files to work on beside them. A child that
/// died, came no further for too long or was stopped is replaced at once, so that the next order finds a warm one.
/// Owns: the child and the socket. Threads: one, which must outlive the child (it dies with the thread that
/// started it).
/// Errors: `unavailable` when no process can be started, besides those of Renderer.
class RenderProcess final : public Renderer {
 public:
  explicit RenderProcess(RenderProcessOptions options) : options_(std::move(options)) {}

  /// Starts the child if none runs.
  [[nodiscard]] Result<void> warm_up();
  [[nodiscard]] Result<Rendered> render(const RenderTask& task, const OnProgress& on_progress) override;

 private:
  [[nodiscard]] Result<void> send_order(const RenderTask& task);
  [[nodiscard]] Result<Rendered> follow(const OnProgress& on_progress);
  [[nodiscard]] Result<codec::RenderAnswer> receive();
  void replace();

  RenderProcessOptions options_;
  Process process_;
  Fd socket_;
  bool order_was_read_ = true;  ///< by the process that has it
};

}  // namespace platen::worker
