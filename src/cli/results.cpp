#include "cli/results.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/output_file.hpp"

namespace platen::cli {

namespace {

/// Its name comes from outside: only what follows the last slash, and nothing hidden.
std::string safe_name(const codec::RemoteJob& job) {
  std::string name = job.result->filename.substr(job.result->filename.rfind('/') + 1);
  return name.empty() || name.front() == '.' ? job.id + ".pdf" : name;
}

/// In a folder several results may have one name; a job's id is its own.
std::string path_in(const std::string& folder, const codec::RemoteJob& job) {
  const std::string path = folder + (folder.ends_with('/') ? "" : "/") + safe_name(job);
  if (::access(path.c_str(), F_OK) != 0) return path;
  return fmt::format("{}/{}.pdf", folder.ends_with('/') ? folder.substr(0, folder.size() - 1) : folder, job.id);
}

}  // namespace

Exit say_why_not(Context context, const codec::RemoteJob& job, const std::string& name) {
  if (!has_ended(job.status)) {
    context.console.complain(
        {Errc::conflict,
         fmt::format("the job is still {}; wait for it: platen watch {}", name_of(job.status), job.id),
         {}},
        name);
    return Exit::not_allowed;
  }
  if (job.status == JobState::failed && job.error) {
    Error error = *job.error;
    error.detail = fmt::format("the job failed: {} Once that is mended: platen redrive {}", error.detail, job.id);
    context.console.complain(error, name);
  } else {
    context.console.complain(
        {Errc::conflict,
         fmt::format("the job has {}",
                     job.status == JobState::expired ? "expired" : fmt::format("been {}", name_of(job.status))),
         {}},
        name);
  }
  return exit_of(job.status);
}

Exit fetch(Context context, const codec::RemoteJob& job, const std::string& output, const std::string& name) {
  const std::string path = is_folder(output) ? path_in(output, job) : output;
  if (auto done = context.api.download(job.result->url, path); !done) {
    context.console.complain(done.error(), name);
    return exit_of(done.error().code);
  }
  if (path == "-") return Exit::ok;
  context.console.result(
      context.console.format() == Format::json ? codec::encode_texts({{"job", job.id}, {"file", path}}) : path);
  return Exit::ok;
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return path.ends_with('/') || (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode));
}

std::string folder_of(const std::string& path) {
  if (is_folder(path)) return path;
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

Result<void> check_place(const std::string& output, std::size_t jobs) {
  if (output.empty()) return {};
  if (!is_folder(output)) {
    if (jobs > 1)
      return fail(Errc::invalid_request,
                  fmt::format("'{}' cannot hold {} reports: name a folder that is there", output, jobs));
    return check_output(output);
  }
  if (::access(output.c_str(), W_OK | X_OK) == 0) return {};
  return fail(Errc::invalid_request, fmt::format("cannot write into the folder '{}': is it there, and yours?", output));
}

}  // namespace platen::cli
