#include "tests/unit/worker/slots_fakes.hpp"

#include <unistd.h>

#include <stdexcept>

namespace platen::test {

Result<void> MemoryArtifacts::keep(const Fd& file, std::string_view name, const StillWanted&) {
  if (broken) return fail(*broken);
  std::string text(size_of(file).value(), '\0');
  if (::pread(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("pread");
  files[std::string(name)] = std::move(text);
  return {};
}

Bench::Bench() {
  renderer.draw = draw_at_once;
  queue.on_idle = [this] { stop.request_stop(); };
}

void Bench::run() {
  worker::Slot slot(WorkerId{"w:1"},
                    {.queue = queue,
                     .uploads = uploads,
                     .artifacts = artifacts,
                     .renderer = renderer,
                     .running = running,
                     .tally = tally,
                     .pace = pace,
                     .check_ready = check_ready},
                    options);
  slot.run(stop.get_token());
}

Claim a_claim() {
  Claim claim;
  claim.lease.job = JobId{"job_001234567890abcdefghjkmnpqr"};
  claim.lease.token = 7;
  claim.spec = "{}";
  claim.filename = "orders.pdf";
  return claim;
}

Result<Rendered> draw_at_once(const RenderTask& task, const Renderer::OnProgress& /*on_progress*/) {
  if (auto written = write_all(*task.output, std::string_view("%PDF")); !written) return fail(written.error());
  return Rendered{.pages = 3, .rows = 120, .replaced_bytes = 1, .skipped_rows = 2, .missing_glyphs = 5};
}

}  // namespace platen::test
