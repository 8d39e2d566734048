#include "jobs/webhook_signature.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "base/webhook_secret.hpp"

namespace platen::jobs {

std::vector<std::string> webhook_headers(const DeliveryId& id, TimePoint now, std::string_view body,
                                         const std::vector<std::string>& secrets) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::string content = fmt::format("{}.{}.{}", id.text, seconds, body);
  std::string signatures;
  for (const std::string& secret : secrets) {
    const auto key = webhook_key(secret);
    if (!key) continue;
    signatures += signatures.empty() ? "v1," : " v1,";
    signatures += base64(hmac_sha256(*key, content));
  }
  std::vector<std::string> lines{fmt::format("webhook-id: {}", id.text), fmt::format("webhook-timestamp: {}", seconds)};
  if (!signatures.empty()) lines.push_back(fmt::format("webhook-signature: {}", signatures));
  return lines;
}

}  // namespace platen::jobs
