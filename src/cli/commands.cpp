#include "cli/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/clock.hpp"
#include "cli/follow.hpp"
#include "cli/results.hpp"
#include "codec/redrive_json.hpp"

namespace platen::cli {

namespace {

constexpr std::size_t id_columns = 31;
constexpr std::size_t status_columns = 9;
constexpr std::uint32_t searched_page = 200;  // where tags are looked for, most of a page may not fit

Exit complain(Console& console, const Error& error) {
  console.complain(error);
  return exit_of(error.code);
}

/// Of several ids each is named in what is said of it.
std::string name_for(const std::vector<std::string>& ids, const std::string& id) {
  return ids.size() == 1 ? std::string() : id;
}

/// Does something to each job of the selection; one that fails does not stop the others.
Exit for_each_id(Context context, const Selection& selection, const std::vector<JobState>& states,
                 const std::function<Exit(const std::string& id, const std::string& name)>& use) {
  const auto ids = find_ids(context.api, selection, states);
  if (!ids) return complain(context.console, ids.error());
  Exit worst = Exit::ok;
  for (const std::string& id : *ids) {
    if (context.api.is_stopped()) return Exit::detached;
    worst = worse(worst, use(id, name_for(*ids, id)));
  }
  return worst;
}

using Change = Result<codec::RemoteJob> (Api::*)(const std::string& id);

Exit change_each(Context context, const Selection& selection, const std::vector<JobState>& states, Change change) {
  return for_each_id(context, selection, states, [&](const std::string& id, const std::string& name) {
    const auto job = patiently(
        context, [&] { return (context.api.*change)(id); }, name);
    if (!job) {
      context.console.complain(job.error(), name);
      return exit_of(job.error().code);
    }
    const std::string status(name_of(job->status));
    context.console.result(context.console.format() == Format::json ? job->json
                           : name.empty()                           ? status
                                                                    : id + "  " + status);
    return Exit::ok;
  });
}

void show(Context context, const codec::RemoteJob& job) {
  if (context.console.format() == Format::json) return context.console.result(job.json);
  context.console.result(fmt::format("{}  {}  {}", job.id, name_of(job.status), job.title));
  if (job.progress && !has_ended(job.status)) context.console.result(plain_progress(*job.progress));
  if (job.error) context.console.result(job.error->detail);
  if (job.result) {
    context.console.result(result_text(*job.result));
    context.console.result(context.api.absolute(job.result->url));
  }
}

Exit download_one(Context context, const std::string& id, const std::string& output, const std::string& name) {
  const auto job = context.api.find(id);
  if (!job) {
    context.console.complain(job.error(), name);
    return exit_of(job.error().code);
  }
  if (!job->result) return say_why_not(context, *job, name);
  return fetch(context, *job, output.empty() ? "./" : output, name);
}

}  // namespace

Exit watch(Context context, const Selection& selection, const std::string& output) {
  const auto ids =
      find_ids(context.api, selection,
               {JobState::queued, JobState::delayed, JobState::running, JobState::retrying, JobState::canceling});
  if (!ids) return complain(context.console, ids.error());
  if (ids->size() > most_followed)
    return complain(context.console, {Errc::invalid_request,
                                      fmt::format("{} jobs are more than can be watched at once ({}): name fewer",
                                                  ids->size(), most_followed),
                                      {}});
  if (auto place = check_place(output, ids->size()); !place) return complain(context.console, place.error());
  Followers followers(context);
  for (const std::string& id : *ids) {
    const bool needs_own_name = ids->size() > 1 && !output.empty();
    followers.add(
        {.id = id,
         .name = name_for(*ids, id),
         .output = needs_own_name ? fmt::format("{}{}{}.pdf", output, output.ends_with('/') ? "" : "/", id) : output});
  }
  return followers.finish();
}

Exit get(Context context, const std::vector<std::string>& ids, const std::string& output) {
  if (!output.empty()) return download(context, {ids, {}}, output);
  return for_each_id(context, {ids, {}}, {}, [&](const std::string& id, const std::string& name) {
    const auto job = context.api.find(id);
    if (!job) {
      context.console.complain(job.error(), name);
      return exit_of(job.error().code);
    }
    show(context, *job);
    return Exit::ok;
  });
}

Exit download(Context context, const Selection& selection, const std::string& output) {
  const std::size_t jobs = selection.tags.empty() ? selection.ids.size() : 2;  // how many is not known yet
  if (auto place = check_place(output.empty() ? "./" : output, jobs); !place)
    return complain(context.console, place.error());
  return for_each_id(context, selection, {JobState::succeeded}, [&](const std::string& id, const std::string& name) {
    return download_one(context, id, output, name);
  });
}

Exit list(Context context, const ListQuery& query, const std::vector<std::string>& tags) {
  const auto patterns = parse_tag_patterns(tags);
  if (!patterns) return complain(context.console, patterns.error());
  std::uint32_t shown = 0;
  const auto show_line = [&](const codec::RemoteJob& job) {
    ++shown;
    context.console.result(context.console.format() == Format::json
                               ? job.json
                               : fmt::format("{:<{}}  {:<{}}  {}  {}", job.id, id_columns, name_of(job.status),
                                             status_columns, job.at ? rfc3339(*job.at) : "", job.title));
  };
  if (!patterns->empty()) {
    const ListQuery pages{.status = query.status, .limit = searched_page, .cursor = query.cursor};
    const auto found = each_job(context.api, pages, *patterns, [&](const codec::RemoteJob& job) {
      show_line(job);
      return shown == query.limit ? net::Flow::stop : net::Flow::go_on;
    });
    if (!found) return complain(context.console, found.error());
  } else {
    const auto page = context.api.list(query);
    if (!page) return complain(context.console, page.error());
    for (const codec::RemoteJob& job : page->jobs) show_line(job);
    if (page->next_cursor) context.console.note(fmt::format("older ones: platen list --cursor {}", *page->next_cursor));
  }
  if (shown == 0) context.console.note("no jobs");
  return Exit::ok;
}

Exit cancel(Context context, const Selection& selection) {
  return change_each(context, selection, {JobState::queued, JobState::delayed, JobState::running, JobState::retrying},
                     &Api::cancel);
}

Exit redrive(Context context, const Selection& selection) {
  return change_each(context, selection, {JobState::failed}, &Api::redrive);
}

Exit redrive_all(Context context) {
  std::uint64_t redriven = 0;
  for (bool may_be_more = true; may_be_more;) {
    const auto some = context.api.redrive_dead_letters();
    if (!some) return complain(context.console, some.error());
    redriven += *some;
    may_be_more = *some >= codec::most_redriven;
  }
  const bool is_json = context.console.format() == Format::json;
  context.console.result(is_json ? fmt::format(R"({{"redriven":{}}})", redriven) : fmt::format("{}", redriven));
  return Exit::ok;
}

}  // namespace platen::cli
