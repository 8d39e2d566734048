#include "queue/janitor.hpp"

#include "codec/job_json.hpp"
#include "queue/forget.hpp"

namespace platen::queue {

namespace {

Result<std::uint32_t> number_in(const Result<redis::Reply>& reply) {
  if (!reply) return fail(reply.error());
  return static_cast<std::uint32_t>(redis::Value(*reply).integer());
}

}  // namespace

Result<std::uint32_t> RedisJobJanitor::reap() {
  static const Error lapsed{Errc::lease_lost, "The worker that ran the job fell silent."};
  const auto reply = run(shard_, scripts::reap,
                         {codec::encode_error(lapsed), std::to_string(options_.backoff_base.count()),
                          std::to_string(options_.backoff_cap.count())});
  return number_in(reply);
}

Result<std::uint32_t> RedisJobJanitor::promote() { return number_in(run(shard_, scripts::promote, {})); }
Result<std::uint32_t> RedisJobJanitor::expire() { return number_in(run(shard_, scripts::expire, {})); }

Result<std::vector<EndedJob>> RedisJobJanitor::due_for_removal() {
  const auto reply = run(shard_, scripts::due, {});
  if (!reply) return fail(reply.error());
  const redis::Value rows(*reply);
  std::vector<EndedJob> due;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const redis::Value row = rows[i];
    EndedJob ended{JobId{std::string(row[0].text())}, {}};
    if (!row[1].text().empty()) {
      auto artifact = codec::decode_artifact(row[1].text());
      if (!artifact) return fail(Errc::internal, "the queue holds an artifact that cannot be read");
      ended.artifact = std::move(artifact->name);
    }
    due.push_back(std::move(ended));
  }
  return due;
}

Result<std::vector<UploadId>> RedisJobJanitor::forget(const std::vector<JobId>& ids) {
  if (ids.empty()) return std::vector<UploadId>();
  auto forgotten = queue::forget(shard_, ids, any_tenant);
  if (!forgotten) return fail(std::move(forgotten).error());
  return std::move(forgotten->unused_uploads);
}

Result<bool> RedisJobJanitor::upload_in_use(const UploadId& id) { return has_key(shard_.keys.upload(id)); }
Result<bool> RedisJobJanitor::exists(const JobId& id) { return has_key(shard_.keys.job(id)); }

Result<std::uint32_t> RedisJobJanitor::trim_feeds() {
  return number_in(run(shard_, scripts::feed_trim, {std::to_string(options_.feed_retention.count())}));
}

Result<bool> RedisJobJanitor::has_key(const std::string& key) {
  const std::string_view command[] = {"EXISTS", key};
  const auto reply = shard_.redis->call(command);
  if (!reply) return fail(reply.error());
  if (redis::Value(*reply).is_error()) return fail(error_of(*reply));
  return redis::Value(*reply).integer() == 1;
}

}  // namespace platen::queue
