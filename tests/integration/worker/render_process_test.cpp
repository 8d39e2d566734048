#include "worker/slots/render_process.hpp"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temp_dir.hpp"

using namespace std::chrono_literals;
using namespace platen;
using platen::worker::RenderProcess;

namespace {

const std::string scripted_renderer = std::string(PLATEN_BINARIES) + "/scripted_renderer";

/// What came of one order.
struct Drawing {
  Result<Rendered> rendered;
  std::string output;
  std::vector<Progress> progress;
};

Drawing draw(RenderProcess& renderer, const std::string& script, const Fd* data = nullptr) {
  const Fd output = memory_file("").value();
  Drawing drawing;
  drawing.rendered = renderer.render({.spec = script, .data = data, .output = &output, .created_at = {}},
                                     [&](const std::optional<Progress>& progress) {
                                       if (progress) drawing.progress.push_back(*progress);
                                       return Command::go_on;
                                     });
  drawing.output.resize(size_of(output).value());
  REQUIRE(::pread(output.get(), drawing.output.data(), drawing.output.size(), 0) >= 0);
  return drawing;
}

Errc code_of(const Drawing& drawing) {
  REQUIRE_FALSE(drawing.rendered);
  return drawing.rendered.error().code;
}

bool is_gone(pid_t pid) {
  const auto status = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
  return !status || status->find(") Z ") != std::string::npos;
}

}  // namespace

TEST_CASE("an order is drawn from its spec and data, with progress on the way", "[renderer]") {
  RenderProcess renderer({.program = scripted_renderer});
  const Fd data = memory_file("a;b\n").value();
  const Drawing drawing = draw(renderer, "say 1 3\ncopy\nsay 2 3\ndraw c;d\ndone 2 3\n", &data);
  REQUIRE(drawing.rendered);
  CHECK(drawing.rendered->pages == 2);
  CHECK(drawing.rendered->rows == 3);
  CHECK(drawing.output == "a;b\nc;d");
  REQUIRE(drawing.progress.size() == 2);
  CHECK(drawing.progress[1].done == 2);
}

TEST_CASE("one process draws many reports, those that fail included", "[renderer]") {
  RenderProcess renderer({.program = scripted_renderer});
  const std::string pid = draw(renderer, "draw_pid\ndone 1 1\n").output;
  const Drawing refused = draw(renderer, "refuse bad_data Row 3 is ragged.\n");
  CHECK(code_of(refused) == Errc::bad_data);
  CHECK(refused.rendered.error().detail == "Row 3 is ragged.");
  CHECK(draw(renderer, "draw_pid\ndone 1 1\n").output == pid);
}

TEST_CASE("a process that dies while it draws is told of and replaced", "[renderer]") {
  RenderProcess renderer({.program = scripted_renderer});
  const std::string pid = draw(renderer, "draw_pid\ndone 1 1\n").output;
  const std::string how = GENERATE("die", "exit", "babble");
  CAPTURE(how);
  CHECK(code_of(draw(renderer, "say 1 3\n" + how + "\n")) == Errc::renderer_died);
  const Drawing next = draw(renderer, "draw_pid\ndone 1 1\n");
  REQUIRE(next.rendered);
  CHECK(next.output != pid);
}

TEST_CASE("what a process said before it died counts, and its death is not the next order's fault", "[renderer]") {
  RenderProcess renderer({.program = scripted_renderer});
  for (int i = 0; i < 10; ++i) CHECK(draw(renderer, "draw x\nlast\n").rendered);
}

TEST_CASE("a process that died between two orders costs neither of them", "[renderer]") {
  RenderProcess renderer({.program = scripted_renderer});
  const pid_t pid = std::stoi(draw(renderer, "draw_pid\ndone 1 1\n").output);
  REQUIRE(::kill(pid, SIGKILL) == 0);
  test::eventually([&] { return is_gone(pid); });
  CHECK(draw(renderer, "done 1 1\n").rendered);
}

TEST_CASE("a drawing that is to stop stops, even in a process that hangs", "[renderer]") {
  test::TempDir folder;
  RenderProcess renderer({.program = scripted_renderer});
  const Fd output = memory_file("").value();
  const auto stopped = renderer.render(
      {.spec = "write_pid " + folder / "pid" + "\nsay 1 2\nhang\n",
       .data = nullptr,
       .output = &output,
       .created_at = {}},
      [](const std::optional<Progress>& progress) { return progress ? Command::stop : Command::go_on; });
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == Errc::canceled);
  CHECK(is_gone(std::stoi(read_file(folder / "pid", 100).value())));
  CHECK(draw(renderer, "done 1 1\n").rendered);
}

TEST_CASE("a silent drawing is asked about at every tick, and ended when it is silent for too long", "[renderer]") {
  RenderProcess renderer({.program = scripted_renderer, .tick = 5ms, .silence_limit = 200ms});
  const Fd output = memory_file("").value();
  int ticks = 0;
  const auto silent = renderer.render({.spec = "hang\n", .data = nullptr, .output = &output, .created_at = {}},
                                      [&](const std::optional<Progress>&) {
                                        ++ticks;
                                        return Command::go_on;
                                      });
  REQUIRE_FALSE(silent);
  CHECK(silent.error().code == Errc::renderer_died);
  CHECK(ticks > 1);
}

TEST_CASE("a drawing that says the same for ever makes no progress", "[renderer]") {
  RenderProcess renderer({.program = scripted_renderer, .tick = 5ms, .silence_limit = 200ms});
  const Drawing stuck = draw(renderer, "say 1 2\nrepeat\n");
  CHECK(code_of(stuck) == Errc::renderer_died);
  CHECK_THAT(stuck.rendered.error().detail, test::has_text("no progress"));
  CHECK(stuck.progress.size() > 1);
}

TEST_CASE("signals that stop whole groups do not reach the renderer", "[renderer]") {
  RenderProcess renderer({.program = scripted_renderer});
  CHECK(draw(renderer, "raise 15\nraise 2\ndone 1 1\n").rendered);
}

TEST_CASE("the renderer does not learn where Redis is, nor a bucket's key", "[renderer]") {
  REQUIRE(::setenv("PLATEN_REDIS", "redis://:sesame@host", 1) == 0);
  REQUIRE(::setenv("PLATEN_OF_TOMORROW", "sesame", 1) == 0);
  REQUIRE(::setenv("AWS_SECRET_ACCESS_KEY", "sesame", 1) == 0);
  RenderProcess renderer({.program = scripted_renderer});
  const Drawing drawing =
      draw(renderer, "draw_env PLATEN_REDIS\ndraw_env PLATEN_OF_TOMORROW\ndraw_env AWS_SECRET_ACCESS_KEY\ndone 1 1\n");
  ::unsetenv("AWS_SECRET_ACCESS_KEY");
  ::unsetenv("PLATEN_OF_TOMORROW");
  ::unsetenv("PLATEN_REDIS");
  CHECK(drawing.output.empty());
}

TEST_CASE("a process that the kernel ended for what it asked is told of", "[renderer]") {
  RenderProcess renderer({.program = scripted_renderer});
  const Drawing ended = draw(renderer, "raise 31\n");
  CHECK(code_of(ended) == Errc::renderer_died);
  CHECK_THAT(ended.rendered.error().detail, test::has_text("asked the kernel"));
}

TEST_CASE("without a program to start, drawing is unavailable, not a crash", "[renderer]") {
  RenderProcess renderer({.program = "/nowhere/platen-render"});
  CHECK_FALSE(renderer.warm_up());
  CHECK(code_of(draw(renderer, "done 1 1\n")) == Errc::unavailable);
}
