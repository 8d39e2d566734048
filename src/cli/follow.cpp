#include "cli/follow.hpp"

#include <fmt/format.h>

#include <optional>

#include "cli/results.hpp"

namespace platen::cli {

namespace {

/// The end of a job that was watched since `began`.
Exit finish_one(Context context, const Target& target, const codec::RemoteJob& job, std::optional<TimePoint> began) {
  context.console.end(target.name);
  if (job.status != JobState::succeeded || !job.result) return say_why_not(context, job, target.name);
  const bool timed = began && job.at && *job.at >= *began;
  context.console.note(result_text(*job.result) + (timed ? " in " + duration_text(*job.at - *began) : std::string()),
                       target.name);
  if (!target.output.empty()) return fetch(context, job, target.output, target.name);
  if (context.console.format() == Format::people) context.console.result(context.api.absolute(job.result->url));
  return Exit::ok;
}

Exit follow_one(Context context, const Target& target) {
  std::optional<TimePoint> began;
  const auto on_event = [&](std::string_view kind, const codec::RemoteJob& event) {
    if (!began) began = event.at;
    if (context.console.format() == Format::json) context.console.result(event.json);
    context.console.show_event(target.name, kind, event);
  };
  const auto on_break = [&](const Error& error) {
    context.console.note(fmt::format("the connection broke ({}); trying again", error.detail), target.name);
  };
  const auto job = context.api.follow(target.id, on_event, on_break);
  if (job) return finish_one(context, target, *job, began);
  context.console.end(target.name);
  if (job.error().code == Errc::canceled) return Exit::detached;
  context.console.complain(job.error(), target.name);
  return exit_of(job.error().code);
}

}  // namespace

void Followers::add(Target target) {
  // The thread works with its own copy and its own connections; the console is for all.
  auto outcome = std::async(std::launch::async, [this, target] {
    Api api = context_.api.fork();
    return follow_one({api, context_.console}, target);
  });
  followers_.push_back({std::move(target), std::move(outcome)});
}

Exit Followers::finish() {
  Exit worst = Exit::ok;
  std::string left;
  std::string output;
  for (Follower& follower : followers_) {
    const Exit exit = follower.outcome.get();
    worst = worse(worst, exit);
    if (exit != Exit::detached) continue;
    left += " " + follower.target.id;
    output = follower.target.output;
  }
  const bool is_one = followers_.size() == 1;
  if (!left.empty())
    context_.console.note(fmt::format("{} without us. Come back with: platen watch{}{} --server {}",
                                      is_one ? "The report goes on" : "The reports go on", left,
                                      output.empty() ? std::string() : " -o " + (is_one ? output : folder_of(output)),
                                      context_.api.server()));
  followers_.clear();
  return worst;
}

}  // namespace platen::cli
