#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/fd.hpp"
#include "cli/commands.hpp"
#include "cli/follow.hpp"
#include "cli/results.hpp"

namespace platen::cli {

namespace {

constexpr std::size_t most_report_bytes = 1024 * 1024;  // the server takes no more
constexpr std::size_t idempotency_bytes = 16;

/// One file and what becomes of it.
struct Plan {
  std::string file;
  std::string name;  ///< before what is said of it; empty: it is the only one
  std::string request;
  std::string output;
};

Exit complain(Console& console, const Error& error, const std::string& name = {}) {
  console.complain(error, name);
  return exit_of(error.code);
}

/// `data/orders.csv`: orders. Standard input has none.
std::string stem_of(const std::string& file) {
  if (file == "-") return {};
  std::string name = file.substr(file.rfind('/') + 1);
  if (const std::size_t dot = name.rfind('.'); dot != std::string::npos && dot > 0) name.resize(dot);
  return name;
}

Result<std::string> report_in(const std::string& path) {
  if (path.empty()) return std::string();
  auto text = read_file(path, most_report_bytes);
  if (!text) return fail(Errc::invalid_request, fmt::format("cannot read '{}': {}", path, text.error().detail));
  return text;
}

Result<codec::JobChoices> choices_of(const SubmitOptions& options) {
  codec::JobChoices choices = options.job;
  const auto tags = parse_tag_patterns(options.tags);
  if (!tags) return fail(tags.error());
  for (const TagPattern& tag : *tags) choices.tags[tag.name] = tag.value;
  return choices;
}

std::string output_of(const SubmitOptions& options, const std::string& file) {
  if (options.output.empty() || !is_folder(options.output)) return options.output;
  const std::string stem = stem_of(file);
  return fmt::format("{}{}{}.pdf", options.output, options.output.ends_with('/') ? "" : "/",
                     stem.empty() ? "report" : stem);
}

/// Everything that can be wrong before a byte is sent.
Result<std::vector<Plan>> plan(const SubmitOptions& options) {
  const bool follows = options.watch || !options.output.empty();
  if (follows && options.files.size() > most_followed)
    return fail(Errc::invalid_request, fmt::format("{} files are more than can be watched at once ({}): leave out "
                                                   "--watch, or name fewer",
                                                   options.files.size(), most_followed));
  if (auto place = check_place(options.output, options.files.size()); !place) return fail(place.error());
  const auto report = report_in(options.report_file);
  if (!report) return fail(report.error());
  const auto choices = choices_of(options);
  if (!choices) return fail(choices.error());
  std::vector<Plan> plans;
  for (const std::string& file : options.files) {
    if (file != "-" && ::access(file.c_str(), R_OK) != 0)
      return fail(Errc::not_found, fmt::format("cannot read '{}': {}", file, errno_text(errno)));
    auto request =
        codec::encode_request({options.title, options.subtitle, options.orientation, *choices, stem_of(file), *report});
    if (!request)
      return fail(request.error().code,
                  fmt::format("{}{}: give --title", request.error().detail,
                              options.report_file.empty() ? "" : " (" + options.report_file + ")"));
    Plan planned{file, options.files.size() == 1 ? std::string() : file, *std::move(request), output_of(options, file)};
    for (const Plan& other : plans) {
      if (other.file == file) return fail(Errc::invalid_request, fmt::format("'{}' is given twice", file));
      if (!planned.output.empty() && other.output == planned.output)
        return fail(Errc::invalid_request,
                    fmt::format("'{}' and '{}' would both be written to '{}'", other.file, file, planned.output));
    }
    plans.push_back(std::move(planned));
  }
  return plans;
}

Result<codec::RemoteJob> send(Context context, const Plan& plan) {
  const std::string key = random_hex(idempotency_bytes);  // with it a repeat makes no second job
  const auto ask = [&] {
    return context.api.submit(plan.request, plan.file, key, [&](std::uint64_t sent, std::uint64_t total) {
      context.console.show_upload(plan.name, sent, total);
    });
  };
  return plan.file == "-" ? ask() : patiently(context, ask, plan.name);  // standard input cannot be read again
}

/// Whether the next file would fare no better.
bool is_of_all(Errc code) {
  return code == Errc::unavailable || code == Errc::timed_out || code == Errc::unauthorized ||
         code == Errc::forbidden || code == Errc::canceled;
}

}  // namespace

Exit submit(Context context, const SubmitOptions& options) {
  const auto plans = plan(options);
  if (!plans) return complain(context.console, plans.error());
  const bool follows = options.watch || !options.output.empty();
  Followers followers(context);
  Exit worst = Exit::ok;
  for (auto planned = plans->begin(); planned != plans->end(); ++planned) {
    const auto job = send(context, *planned);
    context.console.end(planned->name);
    if (!job) {
      worst = worse(worst, complain(context.console, job.error(), planned->name));
      if (!is_of_all(job.error().code)) continue;
      if (const auto left = plans->end() - planned - 1; left > 0)
        context.console.note(fmt::format("{} more were not sent", left));
      break;
    }
    if (follows) {
      followers.add({.id = job->id, .name = planned->name, .output = planned->output});
      continue;
    }
    context.console.result(context.console.format() == Format::json ? job->json : job->id);
    context.console.note(fmt::format("submitted; follow it with: platen watch {}", job->id), planned->name);
  }
  return worse(worst, followers.finish());
}

}  // namespace platen::cli
