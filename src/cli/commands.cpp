#include "cli/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "cli/output_file.hpp"
#include "codec/redrive_json.hpp"

namespace platen::cli {

namespace {

constexpr std::size_t most_report_bytes = 1024 * 1024;  // the server takes no more
constexpr std::size_t id_columns = 31;
constexpr std::size_t status_columns = 9;

Exit complain(Console& console, const Error& error) {
  console.complain(error);
  return exit_of(error.code);
}

/// Why a job has no result to give, and the exit status that says the same.
Exit say_why_not(Context context, const codec::RemoteJob& job) {
  if (!has_ended(job.status)) {
    context.console.complain(
        {Errc::conflict,
         fmt::format("the job is still {}; wait for it: platen watch {}", name_of(job.status), job.id),
         {}});
    return Exit::not_allowed;
  }
  if (job.status == JobState::failed && job.error) {
    Error error = *job.error;
    error.detail = "the job failed: " + error.detail;
    context.console.complain(error);
  } else {
    context.console.complain(
        {Errc::conflict,
         fmt::format("the job has {}",
                     job.status == JobState::expired ? "expired" : fmt::format("been {}", name_of(job.status))),
         {}});
  }
  return exit_of(job.status);
}

Exit fetch(Context context, const codec::RemoteResult& result, const std::string& output) {
  if (auto done = context.api.download(result.url, output); !done) return complain(context.console, done.error());
  if (output != "-" && context.console.format() == Format::people) context.console.result(output);
  return Exit::ok;
}

/// The end of a job that was watched since `began`.
Exit finish(Context context, const codec::RemoteJob& job, std::optional<TimePoint> began, const std::string& output) {
  if (job.status != JobState::succeeded || !job.result) return say_why_not(context, job);
  const bool timed = began && job.at && *job.at >= *began;
  context.console.note(result_text(*job.result) + (timed ? " in " + duration_text(*job.at - *began) : std::string()));
  if (!output.empty()) return fetch(context, *job.result, output);
  if (context.console.format() == Format::people) context.console.result(context.api.absolute(job.result->url));
  return Exit::ok;
}

void say_how_to_come_back(Context context, const std::string& id, const std::string& output) {
  const std::string more = output.empty() ? std::string() : " -o " + output;
  context.console.note(fmt::format("The report goes on without us. Come back with: platen watch {}{} --server {}", id,
                                   more, context.api.server()));
}

Result<std::string> report_in(const std::string& path) {
  auto text = read_file(path, most_report_bytes);
  if (!text) return fail(Errc::invalid_request, fmt::format("cannot read '{}': {}", path, text.error().detail));
  return text;
}

Result<std::string> request_of(const SubmitOptions& options) {
  codec::ReportChoices choices{options.title, options.subtitle, options.orientation, options.job, {}};
  if (!options.report_file.empty()) {
    auto report = report_in(options.report_file);
    if (!report) return report;
    choices.request = std::move(*report);
  }
  return codec::encode_request(choices).map_error([&](Error error) {
    error.detail += options.report_file.empty() ? ": give --title"
                                                : fmt::format(" ({}); --title can give one", options.report_file);
    return error;
  });
}

}  // namespace

Exit submit(Context context, const SubmitOptions& options) {
  const auto request = request_of(options);
  if (!request) return complain(context.console, request.error());
  if (options.file != "-" && ::access(options.file.c_str(), R_OK) != 0)
    return complain(context.console,
                    {Errc::not_found, fmt::format("cannot read '{}': {}", options.file, errno_text(errno)), {}});
  if (auto writable = check_output(options.output); !options.output.empty() && !writable)
    return complain(context.console, writable.error());
  const auto job = context.api.submit(*request, options.file, [&](std::uint64_t sent, std::uint64_t total) {
    context.console.show_upload(sent, total);
  });
  if (!job) return complain(context.console, job.error());
  if (options.watch || !options.output.empty()) return watch(context, job->id, options.output);
  context.console.result(context.console.format() == Format::json ? job->json : job->id);
  context.console.note(fmt::format("submitted; follow it with: platen watch {}", job->id));
  return Exit::ok;
}

Exit watch(Context context, const std::string& id, const std::string& output) {
  if (auto writable = check_output(output); !output.empty() && !writable)
    return complain(context.console, writable.error());
  std::optional<TimePoint> began;
  const auto on_event = [&](std::string_view kind, const codec::RemoteJob& event) {
    if (!began) began = event.at;
    if (context.console.format() == Format::json) context.console.result(event.json);
    context.console.show_event(kind, event);
  };
  const auto on_break = [&](const Error& error) {
    context.console.note(fmt::format("the connection broke ({}); trying again", error.detail));
  };
  const auto job = context.api.follow(id, on_event, on_break);
  if (job) return finish(context, *job, began, output);
  if (job.error().code != Errc::canceled) return complain(context.console, job.error());
  say_how_to_come_back(context, id, output);
  return Exit::detached;
}

Exit get(Context context, const std::string& id, const std::string& output) {
  if (!output.empty()) return download(context, id, output);
  const auto job = context.api.find(id);
  if (!job) return complain(context.console, job.error());
  if (context.console.format() == Format::json) {
    context.console.result(job->json);
    return Exit::ok;
  }
  context.console.result(fmt::format("{}  {}  {}", job->id, name_of(job->status), job->title));
  if (job->progress && !has_ended(job->status)) context.console.result(plain_progress(*job->progress));
  if (job->error) context.console.result(job->error->detail);
  if (job->result) {
    context.console.result(result_text(*job->result));
    context.console.result(context.api.absolute(job->result->url));
  }
  return Exit::ok;
}

Exit download(Context context, const std::string& id, const std::string& output) {
  const auto job = context.api.find(id);
  if (!job) return complain(context.console, job.error());
  if (!job->result) return say_why_not(context, *job);
  if (!output.empty()) return fetch(context, *job->result, output);
  // Its name comes from outside: only what follows the last slash, and nothing hidden.
  std::string name = job->result->filename.substr(job->result->filename.rfind('/') + 1);
  if (name.empty() || name.front() == '.') name = job->id + ".pdf";
  return fetch(context, *job->result, name);
}

Exit list(Context context, const ListQuery& query) {
  const auto page = context.api.list(query);
  if (!page) return complain(context.console, page.error());
  for (const codec::RemoteJob& job : page->jobs) {
    if (context.console.format() == Format::json)
      context.console.result(job.json);
    else
      context.console.result(fmt::format("{:<{}}  {:<{}}  {}  {}", job.id, id_columns, name_of(job.status),
                                         status_columns, job.at ? rfc3339(*job.at) : "", job.title));
  }
  if (page->jobs.empty()) context.console.note("no jobs");
  if (page->next_cursor) context.console.note(fmt::format("older ones: platen list --cursor {}", *page->next_cursor));
  return Exit::ok;
}

Exit cancel(Context context, const std::string& id) {
  const auto job = context.api.cancel(id);
  if (!job) return complain(context.console, job.error());
  context.console.result(context.console.format() == Format::json ? job->json : std::string(name_of(job->status)));
  return Exit::ok;
}

Exit redrive(Context context, const std::string& id) {
  const auto job = context.api.redrive(id);
  if (!job) return complain(context.console, job.error());
  context.console.result(context.console.format() == Format::json ? job->json : std::string(name_of(job->status)));
  return Exit::ok;
}

Exit redrive_all(Context context) {
  std::uint64_t redriven = 0;
  for (bool may_be_more = true; may_be_more;) {
    const auto some = context.api.redrive_dead_letters();
    if (!some) return complain(context.console, some.error());
    redriven += *some;
    may_be_more = *some == codec::most_redriven;
  }
  const bool is_json = context.console.format() == Format::json;
  context.console.result(is_json ? fmt::format(R"({{"redriven":{}}})", redriven) : fmt::format("{}", redriven));
  return Exit::ok;
}

}  // namespace platen::cli
