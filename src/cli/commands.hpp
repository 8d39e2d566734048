// The commands that talk to a server. Each says what it has to say and returns the exit status.
#pragma once

#include <string>

#include "cli/api.hpp"
#include "cli/console.hpp"
#include "cli/exit.hpp"
#include "codec/client_json.hpp"

namespace platen::cli {

/// What every command works with; borrowed.
struct Context {
  Api& api;
  Console& console;
};

struct SubmitOptions {
  std::string file;  ///< `-` is standard input
  std::string title;
  std::string subtitle;
  std::string orientation;
  std::string report_file;
  codec::JobChoices job;
  bool watch = false;
  std::string output;  ///< implies watching
};
[[nodiscard]] Exit submit(Context context, const SubmitOptions& options);

struct UploadOptions {
  std::string file;
  std::string resume;  ///< an upload to go on with; empty: a new one
};
/// Sends a file, over broken connections and restarts of the server, and prints the upload's id.
[[nodiscard]] Exit upload(Context context, const UploadOptions& options);

/// Follows a job to its end; with `output`, downloads its result there.
[[nodiscard]] Exit watch(Context context, const std::string& id, const std::string& output);

/// Shows a job; with `output`, downloads its result there instead.
[[nodiscard]] Exit get(Context context, const std::string& id, const std::string& output);
/// Downloads a job's result to `output`, or under its own name into the present folder.
[[nodiscard]] Exit download(Context context, const std::string& id, const std::string& output);

[[nodiscard]] Exit list(Context context, const ListQuery& query);
[[nodiscard]] Exit cancel(Context context, const std::string& id);
/// Runs a failed job again.
[[nodiscard]] Exit redrive(Context context, const std::string& id);
/// Runs all failed jobs again.
[[nodiscard]] Exit redrive_all(Context context);

}  // namespace platen::cli
