#include "queue/outbox.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace platen::queue {

namespace {

/// Whether anybody may have to be told: only then the job stands in the event.
bool has_snapshot(const redis::Value& fields) {
  for (std::size_t i = 0; i < fields.size(); i += 2)
    if (fields[i].text() == "snapshot") return true;
  return false;
}

}  // namespace

Result<std::uint32_t> forward_outbox(const Shard& from, const Shard& to) {
  const auto taken = run(from, scripts::outbox_take, {});
  if (!taken) return fail(taken.error());
  const redis::Value entries(*taken);
  if (entries.size() < 2) return std::uint32_t{0};
  std::vector<std::string> events;
  std::vector<std::string> acknowledged{entries[0].integer() == 1 ? "1" : "0"};
  for (std::size_t i = 1; i < entries.size(); ++i) {
    acknowledged.emplace_back(entries[i][0].text());
    const redis::Value fields = entries[i][1];
    if (!has_snapshot(fields)) continue;
    events.push_back(std::to_string(fields.size()));
    for (std::size_t field = 0; field < fields.size(); ++field) events.emplace_back(fields[field].text());
  }
  if (!events.empty())
    if (const auto put = run(to, scripts::outbox_put, events); !put) return fail(put.error());
  if (const auto done = run(from, scripts::outbox_acknowledge, acknowledged); !done) return fail(done.error());
  return static_cast<std::uint32_t>(entries.size() - 1);
}

}  // namespace platen::queue
