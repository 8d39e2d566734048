#include "queue/forget.hpp"

namespace platen::queue {

Result<Forgotten> forget(const Shard& shard, const JobId& id, const Tenant& tenant) {
  const auto reply = run(shard, scripts::forget, {id.text, tenant.text});
  if (!reply) return fail(reply.error());
  const redis::Value answer(*reply);
  if (answer[0].text() == "conflict") return fail(Errc::conflict, "The job has not ended yet.");
  Forgotten forgotten{.was_there = answer[0].text() == "forgotten", .unused_uploads = {}};
  for (std::size_t i = 1; i < answer.size(); ++i)
    if (auto upload = parse_upload_id(answer[i].text())) forgotten.unused_uploads.push_back(*std::move(upload));
  return forgotten;
}

}  // namespace platen::queue
