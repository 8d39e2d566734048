// The commands that talk to a server. Each says what it has to say and returns the exit status.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "cli/api.hpp"
#include "cli/console.hpp"
#include "cli/exit.hpp"
#include "cli/selection.hpp"
#include "codec/client_json.hpp"

namespace platen::cli {

/// What every command works with; borrowed.
struct Context {
  Api& api;
  Console& console;
};

/// How long a request may be put off by a server that says when to come back (`Retry-After`), all in all.
inline constexpr std::chrono::seconds most_waiting{60};

/// Calls `ask` until it succeeds, fails for good, or has been put off for longer than `most`. It must be safe to
/// repeat.
template <class Ask>
auto patiently(Context context, Ask ask, const std::string& name = {}, std::chrono::seconds most = most_waiting)
    -> decltype(ask()) {
  std::chrono::seconds waited{0};
  for (;;) {
    auto answer = ask();
    if (answer || !answer.error().retry_after) return answer;
    const auto pause = std::max(*answer.error().retry_after, std::chrono::seconds(1));
    waited += pause;
    if (waited > most) return answer;
    context.console.note(answer.error().detail + " Trying again in " + std::to_string(pause.count()) + " s.", name);
    if (!context.api.pause(pause)) return fail(Errc::canceled, "stopped");
  }
}

struct SubmitOptions {
  std::vector<std::string> files;  ///< `-` is standard input
  std::string title;               ///< empty: the report's own, else the file's name
  std::string subtitle;
  std::string orientation;
  std::string report_file;
  codec::JobChoices job;
  std::vector<std::string> tags;  ///< each NAME=VALUE
  bool watch = false;
  std::string output;  ///< implies watching; a folder where there are several files
};
[[nodiscard]] Exit submit(Context context, const SubmitOptions& options);

struct UploadOptions {
  std::string file;
  std::string resume;  ///< an upload to go on with; empty: a new one
};
/// Sends a file, over broken connections and restarts of the server, and prints the upload's id.
[[nodiscard]] Exit upload(Context context, const UploadOptions& options);

/// Follows jobs to their ends; with `output`, downloads their results there.
[[nodiscard]] Exit watch(Context context, const Selection& selection, const std::string& output);

/// Shows jobs; with `output`, downloads their results there instead.
[[nodiscard]] Exit get(Context context, const std::vector<std::string>& ids, const std::string& output);
/// Downloads results to `output`, or under their own names into the present folder.
[[nodiscard]] Exit download(Context context, const Selection& selection, const std::string& output);

[[nodiscard]] Exit list(Context context, const ListQuery& query, const std::vector<std::string>& tags);
[[nodiscard]] Exit cancel(Context context, const Selection& selection);
/// Runs failed jobs again.
[[nodiscard]] Exit redrive(Context context, const Selection& selection);
/// Runs all failed jobs again.
[[nodiscard]] Exit redrive_all(Context context);

}  // namespace platen::cli
