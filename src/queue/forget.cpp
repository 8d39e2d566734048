#include "queue/forget.hpp"

#include "queue/words.hpp"

namespace platen::queue {

namespace {

Fate fate_of(const redis::Value& answer) {
  if (answer.text() == "forgotten") return Fate::forgotten;
  return answer.text() == "conflict" ? Fate::conflict : Fate::none;
}

}  // namespace

Result<Forgotten> forget(const Shard& shard, const std::vector<JobId>& ids, const Tenant& tenant) {
  const auto reply = run(shard, scripts::forget, {joined(ids), tenant.text});
  if (!reply) return fail(reply.error());
  const redis::Value answer(*reply);
  if (answer.size() != 1 + ids.size())
    return fail(Errc::internal, "the queue tells of removed jobs in another version's words");
  Forgotten forgotten;
  for (std::size_t i = 1; i < answer.size(); ++i) forgotten.fates.push_back(fate_of(answer[i]));
  forgotten.unused_uploads = uploads_in(answer[0].text());
  return forgotten;
}

}  // namespace platen::queue
