#include "queue/job_reply.hpp"

#include "base/clock.hpp"
#include "codec/job_json.hpp"
#include "queue/job_details.hpp"

namespace platen::queue {

namespace {

/// The places in a snapshot, in the order of lua/prelude.lua.
enum Part : std::size_t {
  tenant,
  details,
  state,
  seq,
  progress,
  attempt,
  max_attempts,
  crashes,
  created_at,
  started_at,
  ended_at,
  error,
  artifact,
  tags,
  priority,
  position,
  id,
  parts
};

std::uint32_t count_in(const redis::Value& value) { return static_cast<std::uint32_t>(value.integer()); }

/// A part in JSON; none where it is empty.
template <class T>
Result<std::optional<T>> json_in(const redis::Value& value, Result<T> (*decode)(std::string_view)) {
  if (value.text().empty()) return std::optional<T>();
  auto decoded = decode(value.text());
  if (!decoded) return fail(Errc::internal, "the queue holds a job that cannot be read: " + decoded.error().detail);
  return std::optional<T>(*std::move(decoded));
}

}  // namespace

std::optional<TimePoint> time_in(const redis::Value& value) {
  if (value.text().empty()) return std::nullopt;
  return from_unix_ms(value.integer());
}

Result<std::map<std::string, std::string>> tags_in(const redis::Value& value) {
  auto tags = json_in(value, codec::decode_tags);
  if (!tags) return fail(std::move(tags).error());
  return std::move(*tags).value_or(std::map<std::string, std::string>());
}

Result<Job> job_from(const redis::Value& snapshot) {
  const auto known_state = job_state_from(snapshot[Part::state].text());
  const auto known_priority = priority_from(snapshot[Part::priority].text());
  if (snapshot.size() != Part::parts || !known_state || !known_priority)
    return fail(Errc::internal, "the queue holds a job that this version cannot read");
  auto progress = json_in(snapshot[Part::progress], codec::decode_progress);
  if (!progress) return fail(std::move(progress).error());
  auto error = json_in(snapshot[Part::error], codec::decode_error);
  if (!error) return fail(std::move(error).error());
  auto artifact = json_in(snapshot[Part::artifact], codec::decode_artifact);
  if (!artifact) return fail(std::move(artifact).error());
  auto tags = tags_in(snapshot[Part::tags]);
  if (!tags) return fail(std::move(tags).error());
  auto details = decode_details(snapshot[Part::details].text());
  if (!details) return fail(std::move(details).error());

  Job job;
  job.id = JobId{std::string(snapshot[Part::id].text())};
  job.tenant = Tenant{std::string(snapshot[Part::tenant].text())};
  job.title = std::move(details->title);
  job.state = *known_state;
  job.seq = static_cast<Seq>(snapshot[Part::seq].integer());
  job.progress = *std::move(progress);
  job.attempt = count_in(snapshot[Part::attempt]);
  job.max_attempts = count_in(snapshot[Part::max_attempts]);
  job.crashes = count_in(snapshot[Part::crashes]);
  job.created_at = from_unix_ms(snapshot[Part::created_at].integer());
  job.started_at = time_in(snapshot[Part::started_at]);
  job.ended_at = time_in(snapshot[Part::ended_at]);
  if (const long long place = snapshot[Part::position].integer(); place > 0)
    job.queue_position = static_cast<std::uint64_t>(place);
  job.error = *std::move(error);
  job.artifact = *std::move(artifact);
  job.filename = std::move(details->filename);
  job.tags = *std::move(tags);
  job.priority = *known_priority;
  job.request_id = std::move(details->request_id);
  job.trace = std::move(details->trace);
  return job;
}

}  // namespace platen::queue
