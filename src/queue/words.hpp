// Ids in one text, with a space between, as the scripts take and give lists of them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "platen/ids.hpp"

namespace platen::queue {

template <class Tag>
[[nodiscard]] std::string joined(const std::vector<Id<Tag>>& ids) {
  std::string text;
  for (const Id<Tag>& id : ids) {
    if (!text.empty()) text += ' ';
    text += id.text;
  }
  return text;
}

[[nodiscard]] inline std::vector<UploadId> uploads_in(std::string_view text) {
  std::vector<UploadId> uploads;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (auto upload = parse_upload_id(word)) uploads.push_back(*std::move(upload));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return uploads;
}

}  // namespace platen::queue
