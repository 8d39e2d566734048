// Which jobs a command is about: those with tags that match.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/api.hpp"
#include "codec/client_json.hpp"

namespace platen::cli {

/// `NAME=VALUE`, both as the shell's patterns (`*`, `?`, `[…]`).
struct TagPattern {
  std::string name;
  std::string value;
};
/// `invalid_request` for text without `=` or without a name.
[[nodiscard]] Result<std::vector<TagPattern>> parse_tag_patterns(const std::vector<std::string>& texts);
/// Whether each pattern fits one of the job's tags.
[[nodiscard]] bool fits(const codec::RemoteJob& job, const std::vector<TagPattern>& patterns);

/// Shows the listing's jobs that fit, newest first, page by page, until `use` says stop.
[[nodiscard]] Result<void> each_job(Api& api, ListQuery query, const std::vector<TagPattern>& patterns,
                                    const std::function<net::Flow(const codec::RemoteJob&)>& use);

/// What a command was given: ids, or patterns to find them by.
struct Selection {
  std::vector<std::string> ids;
  std::vector<std::string> tags;
};
/// The ids of the selection; those found by patterns have one of these states.
[[nodiscard]] Result<std::vector<std::string>> find_ids(Api& api, const Selection& selection,
                                                        const std::vector<JobState>& states);

}  // namespace platen::cli
