#include "http/auth/key_table.hpp"

#include "base/api_key.hpp"
#include "base/crypto.hpp"

namespace platen::http {

KeyTable::KeyTable(const KeyList& list) : version_(list.version) {
  for (const ApiKey& key : list.keys)
    entries_.emplace(
        key.id.text,
        Entry{key.sha256, key.ends_at,
              std::make_shared<const Caller>(Caller{key.tenant, key.scopes, key.id, key.submits, key.requests})});
}

std::shared_ptr<const Caller> KeyTable::find(std::string_view key_text, TimePoint now) const {
  const auto id = id_of_api_key(key_text);
  if (!id) return nullptr;
  const auto found = entries_.find(id->text);
  if (found == entries_.end()) return nullptr;
  const Entry& entry = found->second;
  if (!equal_in_constant_time(hash_of_api_key(key_text), entry.sha256) || !entry.works(now)) return nullptr;
  return entry.caller;
}

std::shared_ptr<const Caller> KeyTable::find(const KeyId& id, TimePoint now) const {
  const auto found = entries_.find(id.text);
  return found != entries_.end() && found->second.works(now) ? found->second.caller : nullptr;
}

}  // namespace platen::http
