#include "queue/shards/job_shards.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "queue/shards/shard_choice.hpp"

namespace platen::queue {

namespace {

/// A job's place in a listing, which is in descending order of these.
using Place = std::pair<std::int64_t, std::string>;

/// As lua/list.lua writes a place: `<time>:<id>`.
std::string cursor_of(const Place& place) { return std::to_string(place.first) + ":" + place.second; }
Place place_of(const std::string& cursor) {
  const std::size_t colon = std::min(cursor.find(':'), cursor.size() - 1);
  Place place{0, cursor.substr(colon + 1)};
  std::from_chars(cursor.data(), cursor.data() + colon, place.first);
  return place;
}

/// One page out of a page of each shard, all from the same cursor. A page that has a next one says nothing of what
/// comes after its end: the merged one goes no further than the first of these ends.
template <class TimeOf>
JobPage merged(std::vector<JobPage> pages, std::uint32_t limit, TimeOf time_of) {
  std::optional<Place> end;
  std::vector<std::pair<Place, Job>> found;
  for (JobPage& page : pages) {
    if (page.next_cursor) end = std::max(end.value_or(Place{}), place_of(*page.next_cursor));
    for (Job& job : page.jobs) {
      Place place{unix_ms(time_of(job)), job.id.text};
      found.emplace_back(std::move(place), std::move(job));
    }
  }
  if (end)
    found.erase(std::remove_if(found.begin(), found.end(), [&](const auto& job) { return job.first < *end; }),
                found.end());
  std::sort(found.begin(), found.end(), [](const auto& left, const auto& right) { return left.first > right.first; });
  JobPage page;
  if (found.size() > limit) {
    found.resize(limit);
    end = found.back().first;
  }
  if (end) page.next_cursor = cursor_of(*end);
  for (auto& [place, job] : found) page.jobs.push_back(std::move(job));
  return page;
}

template <class Read, class TimeOf>
Result<JobPage> page_of(const AllShards& shards, std::uint32_t limit, Read read, TimeOf time_of) {
  std::vector<JobPage> pages;
  for (const ShardPorts& shard : shards) {
    auto page = read(*shard.reader);
    if (!page || shards.size() == 1) return page;
    pages.push_back(*std::move(page));
  }
  return merged(std::move(pages), limit, time_of);
}

}  // namespace

std::vector<UploadId> unused_elsewhere(const AllShards& shards, std::size_t own, std::vector<UploadId> uploads) {
  const auto may_be_used = [&](const UploadId& upload) {
    for (std::size_t number = 0; number < shards.size(); ++number)
      if (number != own && shards[number].janitor->upload_in_use(upload).value_or(true)) return true;
    return false;
  };
  uploads.erase(std::remove_if(uploads.begin(), uploads.end(), may_be_used), uploads.end());
  return uploads;
}

const ShardPorts& JobShards::shard_with(const JobId& id) const {
  const std::size_t number = shard_of(id);
  return shards_[number < shards_.size() ? number : 0];
}

JobId JobShards::new_id_for(const Submission& submission) const {
  return new_job_id(shard_for(submission, shards_.size()));
}

Result<Job> JobShards::submit(const Submission& submission) {
  return shard_with(submission.id).submitter->submit(submission);
}

void JobShards::submit_later(Submission submission, Submitted done) {
  shard_with(submission.id).submitter->submit_later(std::move(submission), std::move(done));
}

Result<Job> JobShards::find(const Tenant& tenant, const JobId& id) { return shard_with(id).reader->find(tenant, id); }

Result<KeptRequest> JobShards::request_of(const Tenant& tenant, const JobId& id) {
  return shard_with(id).reader->request_of(tenant, id);
}

Result<JobPage> JobShards::list(const Tenant& tenant, const JobQuery& query) {
  return page_of(
      shards_, query.limit, [&](JobReader& reader) { return reader.list(tenant, query); },
      [](const Job& job) { return job.created_at; });
}

Result<JobPage> JobShards::dead_letters(const Tenant& tenant, const JobQuery& query) {
  return page_of(
      shards_, query.limit, [&](JobReader& reader) { return reader.dead_letters(tenant, query); },
      [](const Job& job) { return job.ended_at.value_or(job.created_at); });
}

Result<void> JobShards::ping() {
  Result<void> answer;
  for (const ShardPorts& shard : shards_) {
    answer = shard.reader->ping();
    if (answer) break;
  }
  return answer;
}

Result<Job> JobShards::cancel(const Tenant& tenant, const JobId& id) {
  return shard_with(id).control->cancel(tenant, id);
}

Result<std::vector<UploadId>> JobShards::remove(const Tenant& tenant, const JobId& id) {
  auto unused = shard_with(id).control->remove(tenant, id);
  if (!unused) return unused;
  return unused_elsewhere(shards_, shard_of(id), *std::move(unused));
}

Result<Job> JobShards::redrive(const Tenant& tenant, const JobId& id) {
  return shard_with(id).control->redrive(tenant, id);
}

Result<std::vector<JobId>> JobShards::redrive_dead(const Tenant& tenant,
                                                   const std::optional<std::vector<JobId>>& jobs) {
  std::vector<std::vector<JobId>> named(shards_.size());
  for (const JobId& id : jobs.value_or(std::vector<JobId>{}))
    if (const std::size_t number = shard_of(id); number < named.size()) named[number].push_back(id);
  std::vector<JobId> redriven;
  for (std::size_t number = 0; number < shards_.size(); ++number) {
    auto some = shards_[number].control->redrive_dead(tenant, jobs ? std::optional(named[number]) : std::nullopt);
    if (!some) return some;
    redriven.insert(redriven.end(), some->begin(), some->end());
  }
  return redriven;
}

}  // namespace platen::queue
