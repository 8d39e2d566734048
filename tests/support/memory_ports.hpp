// The ports of the queue and the stores in memory, with the faults that a test wants of them.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "platen/observation.hpp"
#include "platen/queue.hpp"
#include "platen/store.hpp"

namespace platen::test {

/// Jobs as a front end sees them. Threads: one.
class MemoryQueue final : public JobSubmitter, public JobReader, public JobControl {
 public:
  [[nodiscard]] Result<Job> submit(const Submission& submission) override {
    if (!is_up) return down();
    if (refuses_with) return fail(*refuses_with);
    if (const auto& wanted = submission.idempotency) {
      const auto [first, is_first] = keys.try_emplace(wanted->key, wanted->content, submission.id);
      if (first->second.first != wanted->content) return fail(Errc::idempotency_conflict, "The key is taken.");
      if (!is_first) return jobs.at(first->second.second);
    }
    submissions.push_back(submission);
    Job job;
    job.id = submission.id;
    job.tenant = submission.tenant;
    job.title = submission.title;
    job.seq = 1;
    job.priority = submission.options.priority;
    job.request_id = submission.request_id;
    job.queue_position = jobs.size() + 1;
    jobs[job.id] = job;
    return job;
  }
  [[nodiscard]] Result<Job> find(const Tenant& tenant, const JobId& id) override {
    if (!is_up) return down();
    const auto found = jobs.find(id);
    if (found == jobs.end() || found->second.tenant != tenant) return fail(Errc::not_found, "There is no such job.");
    return found->second;
  }
  [[nodiscard]] Result<KeptRequest> request_of(const Tenant& tenant, const JobId& id) override {
    return find(tenant, id).and_then([&](const Job& job) -> Result<KeptRequest> {
      const auto made = std::find_if(submissions.begin(), submissions.end(),
                                     [&](const Submission& submission) { return submission.id == id; });
      const bool is_kept = made->shown_spec.empty() || !has_ended(job.state) || job.state == JobState::failed;
      return KeptRequest{job.state, is_kept ? std::optional(made->spec) : std::nullopt, made->shown_spec,
                         made->options};
    });
  }
  [[nodiscard]] Result<JobPage> list(const Tenant& tenant, const JobQuery& query) override {
    if (!is_up) return down();
    last_query = query;
    JobPage page;
    for (const auto& [id, job] : jobs)
      if (job.tenant == tenant) page.jobs.push_back(job);
    page.next_cursor = "next";
    return page;
  }
  [[nodiscard]] Result<JobPage> dead_letters(const Tenant& tenant, const JobQuery& query) override {
    if (!is_up) return down();
    last_query = query;
    JobPage page;
    for (const auto& [id, job] : jobs)
      if (job.state == JobState::failed && job.tenant == tenant) page.jobs.push_back(job);
    return page;
  }
  [[nodiscard]] Result<void> ping() override {
    if (!is_up) return down();
    return {};
  }
  [[nodiscard]] Result<Job> cancel(const Tenant& tenant, const JobId& id) override {
    return find(tenant, id).and_then([&](Job job) -> Result<Job> {
      if (has_ended(job.state) && job.state != JobState::canceled)
        return fail(Errc::conflict, "The job has ended already.");
      job.state = job.state == JobState::running ? JobState::canceling : JobState::canceled;
      return jobs[id] = job;
    });
  }
  [[nodiscard]] Result<std::vector<UploadId>> remove(const Tenant& tenant, const JobId& id) override {
    return find(tenant, id).and_then([&](const Job& job) -> Result<std::vector<UploadId>> {
      if (!has_ended(job.state)) return fail(Errc::conflict, "The job has not ended yet.");
      jobs.erase(id);
      return unused_uploads;
    });
  }
  [[nodiscard]] Result<Job> redrive(const Tenant& tenant, const JobId& id) override {
    return find(tenant, id).and_then([&](Job job) -> Result<Job> {
      if (job.state != JobState::failed) return fail(Errc::conflict, "The job has not failed.");
      job.state = JobState::queued;
      return jobs[id] = job;
    });
  }
  [[nodiscard]] Result<std::vector<JobId>> redrive_dead(const Tenant& tenant,
                                                        const std::optional<std::vector<JobId>>& wanted) override {
    if (!is_up) return down();
    std::vector<JobId> redriven;
    for (const auto& [id, job] : std::map(jobs)) {
      if (wanted && std::find(wanted->begin(), wanted->end(), id) == wanted->end()) continue;
      if (redrive(tenant, id)) redriven.push_back(id);
    }
    return redriven;
  }

  bool is_up = true;
  std::optional<Error> refuses_with = {};  ///< a submit
  std::map<JobId, Job> jobs;
  std::vector<Submission> submissions;
  std::vector<UploadId> unused_uploads;                       ///< that `remove` answers with
  std::map<std::string, std::pair<std::string, JobId>> keys;  ///< of idempotency: content and job
  std::optional<JobQuery> last_query;

 private:
  [[nodiscard]] static tl::unexpected<Error> down() { return fail(Errc::unavailable, "The queue cannot be reached."); }
};

/// Uploads by id, of which only that they exist is known. Threads: one.
class KnownUploads final : public UploadStore {
 public:
  [[nodiscard]] Result<std::unique_ptr<UploadWriter>> begin(const Tenant&) override {
    return fail(Errc::unavailable, "This store takes none.");
  }
  [[nodiscard]] Result<Fd> open(const UploadId& id, const StillWanted&) override {
    if (uploads.count(id) == 0) return fail(Errc::not_found, "There is no such upload.");
    return memory_file("a\n1\n");
  }
  [[nodiscard]] Result<Upload> find(const Tenant& tenant, const UploadId& id) override {
    const auto owner = owners.find(id);
    if (tenant != (owner == owners.end() ? default_tenant() : owner->second))
      return fail(Errc::not_found, "There is no such upload.");
    return open(id, {}).and_then([](const Fd& file) { return size_of(file); }).map([&](std::uint64_t bytes) {
      return Upload{id, bytes, {}};
    });
  }
  [[nodiscard]] Result<void> remove(const UploadId& id) override {
    uploads.erase(id);
    return {};
  }
  [[nodiscard]] Result<std::vector<UploadId>> older_than(std::chrono::seconds) override {
    return std::vector<UploadId>{};
  }
  [[nodiscard]] Result<void> check() override {
    if (!is_up) return fail(Errc::unavailable, "The disk is full.");
    return {};
  }

  bool is_up = true;
  std::set<UploadId> uploads;
  std::map<UploadId, Tenant> owners;  ///< of those that are not the default tenant's
};

/// Takes no parts, and knows of none. Threads: any.
class NoUnfinishedUploads final : public UnfinishedUploads {
 public:
  [[nodiscard]] Result<UploadProgress> create(const UploadPlan&) override {
    return fail(Errc::unavailable, "This store takes none.");
  }
  [[nodiscard]] Result<UploadProgress> find(const Tenant&, const UploadId&) override {
    return fail(Errc::not_found, "There is no such upload.");
  }
  [[nodiscard]] Result<std::unique_ptr<UploadPart>> append(const Tenant&, const UploadId&, std::uint64_t) override {
    return fail(Errc::not_found, "There is no such upload.");
  }
  [[nodiscard]] Result<void> discard(const Tenant&, const UploadId&) override {
    return fail(Errc::not_found, "There is no such upload.");
  }
  [[nodiscard]] Result<std::size_t> sweep(std::chrono::seconds) override { return std::size_t{0}; }
};

/// Finished reports by name. Threads: one.
class MemoryArtifacts final : public ArtifactStore {
 public:
  [[nodiscard]] Result<Fd> create() override { return memory_file({}); }
  [[nodiscard]] Result<void> keep(const Fd&, std::string_view, const StillWanted&) override { return {}; }
  [[nodiscard]] Result<Fd> open(std::string_view name) override {
    const auto found = files.find(std::string(name));
    if (found == files.end()) return fail(Errc::not_found, "There is no such report.");
    return memory_file(found->second);
  }
  [[nodiscard]] Result<std::optional<std::string>> link(std::string_view name, const Handout& handout) override {
    handouts.push_back(handout);
    if (!elsewhere) return std::optional<std::string>();
    return std::optional(*elsewhere + std::string(name));
  }
  [[nodiscard]] Result<void> remove(std::string_view name) override {
    files.erase(std::string(name));
    return {};
  }
  [[nodiscard]] Result<std::vector<std::string>> older_than(std::chrono::seconds) override {
    return std::vector<std::string>{};
  }
  [[nodiscard]] Result<void> check() override { return {}; }

  std::map<std::string, std::string> files;
  std::optional<std::string> elsewhere;  ///< what URLs begin with, where the store hands reports out itself
  std::vector<Handout> handouts;         ///< that were asked for
};

/// A queue that is seen as the test has it.
class FixedQueueState final : public QueueObserver {
 public:
  Result<QueueState> state = QueueState{};
  Result<QueueState> observe(const Tenant&) override { return state; }
};

}  // namespace platen::test
