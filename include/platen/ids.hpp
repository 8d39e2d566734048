// Identifiers: distinct types over text, so that a job's id never goes where an upload's belongs.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace platen {

/// Text of one meaning. A value; equal and ordered by its text.
template <class Tag>
struct Id {
  std::string text;
  friend auto operator<=>(const Id&, const Id&) = default;
};

/// `job_` + the shard (one base-32 digit) + a ULID in lower case: 31 characters, sortable by birth within a shard.
using JobId = Id<struct JobTag>;
/// `upl_` + a ULID in lower case.
using UploadId = Id<struct UploadTag>;
/// Who a job belongs to; `default` where there are no keys.
using Tenant = Id<struct TenantTag>;
/// A worker slot, unique over machines and restarts.
using WorkerId = Id<struct WorkerTag>;

/// Position of an event in its job's life: dense from 1.
using Seq = std::uint64_t;

/// Ids that arrive from outside pass through these: nullopt for any text that no Platen ever made,
/// so that an id is always safe in a Redis key and in a file's name.
[[nodiscard]] std::optional<JobId> parse_job_id(std::string_view text);
[[nodiscard]] std::optional<UploadId> parse_upload_id(std::string_view text);

/// A queue may be spread over several Redis, its shards, numbered from 0; a job's id names its own.
inline constexpr std::size_t most_shards = 32;
/// Its digit in ids and keys.
[[nodiscard]] char shard_digit(std::size_t shard);
/// The shard of an id that `parse_job_id` took, or that `new_job_id` made.
[[nodiscard]] std::size_t shard_of(const JobId& id);

/// Fresh ids: 48 bits of time, 80 of randomness from the kernel.
/// Threads: any.
[[nodiscard]] JobId new_job_id(std::size_t shard = 0);
[[nodiscard]] UploadId new_upload_id();

inline const Tenant& default_tenant() {
  static const Tenant tenant{"default"};
  return tenant;
}

}  // namespace platen

template <class Tag>
struct std::hash<platen::Id<Tag>> {
  /// Not noexcept, so that libstdc++'s tables keep the value: else each look into one hashes its neighbours' texts
  /// anew.
  std::size_t operator()(const platen::Id<Tag>& id) const { return std::hash<std::string>{}(id.text); }
};
