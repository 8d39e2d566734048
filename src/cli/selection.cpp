#include "cli/selection.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

namespace platen::cli {

namespace {

constexpr std::uint32_t largest_page = 200;

}  // namespace

Result<std::vector<TagPattern>> parse_tag_patterns(const std::vector<std::string>& texts) {
  std::vector<TagPattern> patterns;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(Errc::invalid_request, fmt::format("--tag: '{}' is not NAME=VALUE, as in team=fin*", text));
    patterns.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return patterns;
}

bool fits(const codec::RemoteJob& job, const std::vector<TagPattern>& patterns) {
  return std::all_of(patterns.begin(), patterns.end(), [&](const TagPattern& pattern) {
    return std::any_of(job.tags.begin(), job.tags.end(), [&](const auto& tag) {
      return ::fnmatch(pattern.name.c_str(), tag.first.c_str(), 0) == 0 &&
             ::fnmatch(pattern.value.c_str(), tag.second.c_str(), 0) == 0;
    });
  });
}

Result<void> each_job(Api& api, ListQuery query, const std::vector<TagPattern>& patterns,
                      const std::function<net::Flow(const codec::RemoteJob&)>& use) {
  for (;;) {
    const auto page = api.list(query);
    if (!page) return fail(page.error());
    for (const codec::RemoteJob& job : page->jobs)
      if (fits(job, patterns) && use(job) == net::Flow::stop) return {};
    if (!page->next_cursor) return {};
    query.cursor = *page->next_cursor;
  }
}

Result<std::vector<std::string>> find_ids(Api& api, const Selection& selection, const std::vector<JobState>& states) {
  if (selection.ids.empty() && selection.tags.empty())
    return fail(Errc::invalid_request, "name a job by its id, or several with --tag NAME=VALUE");
  if (selection.tags.empty()) return selection.ids;
  const auto patterns = parse_tag_patterns(selection.tags);
  if (!patterns) return fail(patterns.error());
  // All are found before anything is done to one: what is done would move them in the listing.
  std::vector<std::string> ids = selection.ids;
  for (const JobState state : states) {
    const ListQuery query{.status = std::string(name_of(state)), .limit = largest_page, .cursor = {}};
    const auto found = each_job(api, query, *patterns, [&](const codec::RemoteJob& job) {
      if (std::find(ids.begin(), ids.end(), job.id) == ids.end()) ids.push_back(job.id);
      return net::Flow::go_on;
    });
    if (!found) return fail(found.error());
  }
  if (ids.empty())
    return fail(Errc::not_found, "no job has these tags and is in a state for this: see platen list --tag");
  return ids;
}

}  // namespace platen::cli
