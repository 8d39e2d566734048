#include "queue/key_registry.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "codec/key_json.hpp"

namespace platen::queue {

namespace {

constexpr std::string_view no_version = " ";  // equals none that Redis has

/// What key_change.lua is to do; either may be absent.
struct Change {
  const ApiKey* added = nullptr;
  const KeyId* ended = nullptr;
  std::optional<TimePoint> ends_at = {};  ///< none: now
};

std::string ms_of(TimePoint time) { return std::to_string(unix_ms(time)); }

Result<void> change(const Shard& shard, const Change& wanted) {
  const ApiKey* const added = wanted.added;
  const auto reply =
      run(shard, scripts::key_change,
          {added != nullptr ? added->id.text : "", added != nullptr ? codec::encode_kept_key(*added) : "",
           added != nullptr && added->ends_at ? ms_of(*added->ends_at) : "", std::to_string(most_keys),
           wanted.ended != nullptr ? wanted.ended->text : "", wanted.ends_at ? ms_of(*wanted.ends_at) : "0"});
  if (!reply) return fail(reply.error());
  const std::string_view answer = redis::Value(*reply).text();
  if (answer == "ok") return {};
  if (answer == "not_found") return fail(Errc::not_found, "There is no such key.");
  if (answer == "taken") return fail(Errc::conflict, "The key's id is taken.");
  return fail(Errc::quota_exceeded, fmt::format("There are {} keys already, as many as there may be.", most_keys));
}

KeyList keys_in(const redis::Value& answer) {
  std::map<std::string_view, long long> ends;
  for (std::size_t i = 0; i + 1 < answer[2].size(); i += 2) ends[answer[2][i].text()] = answer[2][i + 1].integer();
  KeyList list{std::string(answer[0].text()), {}};
  for (std::size_t i = 0; i + 1 < answer[1].size(); i += 2) {
    auto id = parse_key_id(answer[1][i].text());
    auto key = codec::decode_kept_key(answer[1][i + 1].text());
    if (!id || !key) {
      log_line(spdlog::level::err, "a key that is kept cannot be read, and does not work",
               {{"key", answer[1][i].text()}});
      continue;
    }
    key->id = *std::move(id);
    if (const auto end = ends.find(answer[1][i].text()); end != ends.end()) key->ends_at = from_unix_ms(end->second);
    list.keys.push_back(*std::move(key));
  }
  return list;
}

Result<std::optional<KeyList>> changed(const Result<redis::Reply>& reply) {
  if (!reply) return fail(reply.error());
  const redis::Value answer(*reply);
  if (answer.is_nil()) return std::optional<KeyList>();
  return std::optional<KeyList>(keys_in(answer));
}

}  // namespace

Result<void> RedisKeyRegistry::create(const ApiKey& key) { return change(shard_, {.added = &key}); }

Result<void> RedisKeyRegistry::end(const KeyId& id, std::optional<TimePoint> at) {
  return change(shard_, {.ended = &id, .ends_at = at});
}

Result<void> RedisKeyRegistry::rotate(const KeyId& old, std::optional<TimePoint> at, const ApiKey& successor) {
  return change(shard_, {.added = &successor, .ended = &old, .ends_at = at});
}

Result<KeyList> RedisKeyRegistry::list() {
  auto all = changed(run(shard_, scripts::keys, {no_version}));
  if (!all) return fail(std::move(all.error()));
  return all->value_or(KeyList{});
}

void RedisKeyRegistry::list_later(const std::string& known, Changed done) {
  run_later(shard_, scripts::keys, {known.empty() ? std::string(no_version) : known},
            [done = std::move(done)](const Result<redis::Reply>& reply) { done(changed(reply)); });
}

}  // namespace platen::queue
