#include "platen/ids.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/crypto.hpp"
#include "platen/store.hpp"
#include "platen/webhook.hpp"

namespace platen {

namespace {

constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford's base 32, lower case
constexpr std::string_view job_prefix = "job_";
constexpr std::size_t ulid_length = 26;
constexpr std::size_t sha1_bytes = 20;
constexpr std::size_t nonce_digits = 8;  // of a lease's nonce, in an artifact's name

/// 48 bits of milliseconds and 80 of randomness, most significant first (the ULID layout).
std::string new_ulid() {
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  auto time = static_cast<std::uint64_t>(now.count());
  std::string text(ulid_length, '0');
  for (std::size_t i = 10; i-- > 0; time >>= 5U) text[i] = digits[time & 31U];
  std::array<unsigned char, 16> noise{};
  random_bytes(noise);
  for (std::size_t i = 0; i < 16; ++i) text[10 + i] = digits[noise[i] & 31U];
  return text;
}

constexpr std::array<bool, 256> digit_table() {
  std::array<bool, 256> table{};
  for (const char digit : digits) table[static_cast<unsigned char>(digit)] = true;
  return table;
}

constexpr std::array<bool, 256> is_digit = digit_table();

bool is_ulid(std::string_view text) {
  return text.size() == ulid_length &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit[static_cast<unsigned char>(c)]; });
}

}  // namespace

std::optional<JobId> parse_job_id(std::string_view text) {
  if (text.substr(0, job_prefix.size()) != job_prefix) return std::nullopt;
  const std::string_view rest = text.substr(job_prefix.size());
  if (rest.empty() || digits.find(rest[0]) == std::string_view::npos || !is_ulid(rest.substr(1))) return std::nullopt;
  return JobId{std::string(text)};
}

std::optional<UploadId> parse_upload_id(std::string_view text) {
  constexpr std::string_view prefix = "upl_";
  if (text.substr(0, prefix.size()) != prefix || !is_ulid(text.substr(prefix.size()))) return std::nullopt;
  return UploadId{std::string(text)};
}

std::optional<WebhookId> parse_webhook_id(std::string_view text) {
  constexpr std::string_view prefix = "whk_";
  if (text.substr(0, prefix.size()) != prefix || !is_ulid(text.substr(prefix.size()))) return std::nullopt;
  return WebhookId{std::string(text)};
}

std::optional<DeliveryId> parse_delivery_id(std::string_view text) {
  constexpr std::string_view prefix = "msg_";
  const std::string_view rest = text.substr(std::min(prefix.size(), text.size()));
  const bool is_id = text.substr(0, prefix.size()) == prefix && rest.size() == 2 * sha1_bytes &&
                     rest.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!is_id) return std::nullopt;
  return DeliveryId{std::string(text)};
}

char shard_digit(std::size_t shard) { return digits.at(shard); }
std::size_t shard_of(const JobId& id) { return digits.find(id.text.at(job_prefix.size())); }

JobId new_job_id(std::size_t shard) {
  std::string text(job_prefix);
  text += shard_digit(shard);
  return {text += new_ulid()};
}
UploadId new_upload_id() { return {"upl_" + new_ulid()}; }
WebhookId new_webhook_id() { return {"whk_" + new_ulid()}; }
DeliveryId new_delivery_id() { return {"msg_" + random_hex(sha1_bytes)}; }

std::string artifact_name(const Lease& lease) {
  std::string name = lease.job.text + '.' + std::to_string(lease.token);
  name += '-';
  name += std::string_view(lease.nonce).substr(0, nonce_digits);
  return name + ".pdf";
}

std::optional<JobId> job_of_artifact(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  auto job = parse_job_id(name.substr(0, dot));
  if (!job) return std::nullopt;
  Lease lease{.job = *job, .token = 0, .nonce = {}, .deadline = {}};
  const auto [end, error] = std::from_chars(name.data() + dot + 1, name.data() + name.size(), lease.token);
  const auto dash = static_cast<std::size_t>(end - name.data());
  if (error != std::errc{} || dash == name.size()) return std::nullopt;
  lease.nonce = name.substr(dash + 1, nonce_digits);
  const bool is_hex =
      lease.nonce.size() == nonce_digits && lease.nonce.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_hex || artifact_name(lease) != name) return std::nullopt;
  return job;
}

}  // namespace platen
