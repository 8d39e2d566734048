#include "queue/shards/shard_choice.hpp"

#include <array>
#include <string_view>

#include "base/crypto.hpp"

namespace platen::queue {

namespace {

std::uint64_t number_in(std::span<const unsigned char> bytes) {
  std::uint64_t number = 0;
  for (const unsigned char byte : bytes.first(sizeof number)) number = number << 8U | byte;
  return number;
}

std::uint64_t random_key() {
  std::array<unsigned char, sizeof(std::uint64_t)> bytes{};
  random_bytes(bytes);
  return number_in(bytes);
}

/// What is the same for all that must meet: equal texts of one tenant and kind.
std::uint64_t key_of(const Tenant& tenant, std::string_view kind, std::string_view text) {
  Sha256 hash;
  for (const std::string_view part :
       {std::string_view(tenant.text), std::string_view("\n"), kind, std::string_view("\n"), text})
    hash.update(part);
  return number_in(hash.finish());
}

}  // namespace

std::size_t jump_hash(std::uint64_t key, std::size_t buckets) {
  constexpr std::uint64_t multiplier = 2862933555777941757ULL;
  constexpr auto range = static_cast<double>(1ULL << 31U);
  std::size_t bucket = 0;
  for (std::size_t next = 0; next < buckets;) {
    bucket = next;
    key = key * multiplier + 1;
    next = static_cast<std::size_t>(static_cast<double>(bucket + 1) * (range / static_cast<double>((key >> 33U) + 1)));
  }
  return bucket;
}

std::size_t shard_for(const Submission& submission, std::size_t shards) {
  if (shards == 1) return 0;
  const auto bucket = [&](std::string_view kind, std::string_view text) {
    return jump_hash(key_of(submission.tenant, kind, text), shards);
  };
  if (!submission.options.group.empty()) return bucket("group", submission.options.group);
  if (submission.idempotency) return bucket("key", submission.idempotency->key);
  if (!submission.content.empty()) return bucket("content", submission.content);
  return jump_hash(random_key(), shards);
}

}  // namespace platen::queue
