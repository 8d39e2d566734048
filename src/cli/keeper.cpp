#include "cli/keeper.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>

namespace platen::cli {

std::string end_text(int wait_status) {
  if (WIFSIGNALED(wait_status)) return fmt::format("was killed by signal {}", WTERMSIG(wait_status));
  return fmt::format("ended with status {}", WEXITSTATUS(wait_status));
}

Result<void> Keeper::keep(const std::string& name, std::vector<std::string> command) {
  auto program = std::make_unique<Program>(*this);
  program->name = name;
  program->command = std::move(command);
  if (auto started = start(*program); !started) return started;
  programs_.push_back(std::move(program));
  return {};
}

void Keeper::change(const std::string& name, std::vector<std::string> command) {
  if (Program* const program = find(name)) program->command = std::move(command);
}

std::optional<std::string> Keeper::end_of(const std::string& name) const {
  const Program* const program = find(name);
  if (program == nullptr || !program->last_status) return std::nullopt;
  return end_text(*program->last_status);
}

Result<void> Keeper::run(const std::stop_token& stop) {
  restarts_ = true;
  for (const auto& program : programs_)
    if (program->last_status) return fail(Errc::unavailable, program->name + " " + end_text(*program->last_status));
  const std::stop_callback pass_on(stop, [this] { given_up_.request_stop(); });
  loop_.run(given_up_.get_token());
  return outcome_;
}

void Keeper::stop_all(const std::vector<std::string>& order, std::chrono::milliseconds grace) {
  for (const auto& program : programs_) {
    program->watch.reset();
    program->restart.reset();
  }
  for (const std::string& name : order)
    if (Program* const program = find(name)) program->process.stop(grace);
}

Result<void> Keeper::start(Program& program) {
  auto process = Process::start(
      {.command = program.command, .environment = {}, .descriptors = {}, .dies_with_parent = true, .own_group = true});
  if (!process) return fail(process.error());
  program.last_status.reset();
  program.process = std::move(*process);
  program.watch = loop_.watch(program.process.pidfd().get(), Interest::read, program);
  return {};
}

void Keeper::on_end(Program& program) {
  const auto status = program.process.wait(std::chrono::milliseconds(0));
  if (!status) return;
  program.watch.reset();
  program.last_status = status;
  if (!restarts_) return;
  const auto now = std::chrono::steady_clock::now();
  program.ends.push_back(now);
  while (now - program.ends.front() > restart_window) program.ends.pop_front();
  if (program.ends.size() > most_restarts)
    return give_up({Errc::unavailable,
                    fmt::format("{} {}, for the {}th time within {} s; giving up", program.name, end_text(*status),
                                program.ends.size(), restart_window.count()),
                    {}});
  say_(fmt::format("{} {}; starting it again", program.name, end_text(*status)));
  program.restart = loop_.after(restart_pause, [this, &program] { start_again(program); });
}

void Keeper::start_again(Program& program) {
  program.restart.reset();
  if (auto started = start(program); !started) give_up(started.error());
}

void Keeper::give_up(Error error) {
  outcome_ = fail(std::move(error));
  given_up_.request_stop();
}

Keeper::Program* Keeper::find(const std::string& name) const {
  const auto found =
      std::find_if(programs_.begin(), programs_.end(), [&](const auto& program) { return program->name == name; });
  return found == programs_.end() ? nullptr : found->get();
}

}  // namespace platen::cli
