#include "http/links.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/fd.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t longest_key_id = 64;
constexpr std::size_t key_file_bytes = std::size_t{64} * 1024;
constexpr unsigned owner_only = 0600;

/// No part can hold a line feed, so no two sets of parts make one text.
std::string signature_of(const LinkKey& key, const Tenant& tenant, const JobId& id, std::string_view expires) {
  return base64url(
      hmac_sha256(key.secret, fmt::format("platen-link-1\n{}\n{}\n{}\n{}", key.id, tenant.text, id.text, expires)));
}

bool is_key_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_key_id && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_';
  });
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

std::optional<LinkKey> parse_key(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_key_id(line.substr(0, space))) return std::nullopt;
  auto secret = from_hex(trim(line.substr(space)));
  if (!secret || secret->size() < secret_bytes) return std::nullopt;
  return LinkKey{std::string(line.substr(0, space)), *std::move(secret)};
}

Result<std::vector<LinkKey>> create_link_keys(const std::string& path) {
  const std::string line = fmt::format("k{} {}\n", random_hex(4), random_hex(secret_bytes));
  const std::string text = "# Keys of Platen's download links. The first signs, all of them check.\n" + line;
  return write_file(path, text, owner_only).and_then([&] { return parse_link_keys(line); });
}

}  // namespace

HmacLinkSigner::HmacLinkSigner(std::vector<LinkKey> keys, std::chrono::seconds lifetime, const Clock& clock)
    : keys_(std::move(keys)), lifetime_(lifetime), clock_(clock) {
  if (keys_.empty()) throw std::invalid_argument("a link signer needs a key");
}

SignedLink HmacLinkSigner::sign(const Tenant& tenant, const JobId& id) const {
  const LinkKey& key = keys_.front();
  const auto expires_at = std::chrono::floor<std::chrono::seconds>(clock_.now() + lifetime_);
  const std::string expires = std::to_string(expires_at.time_since_epoch().count());
  const bool is_default = tenant == default_tenant();
  return {fmt::format("/d/{}?exp={}&kid={}&sig={}{}{}", id.text, expires, key.id,
                      signature_of(key, tenant, id, expires), is_default ? "" : "&t=", is_default ? "" : tenant.text),
          expires_at};
}

Result<void> HmacLinkSigner::check(const Tenant& tenant, const JobId& id, std::string_view expires,
                                   std::string_view key_id, std::string_view signature) const {
  const auto altered = [] { return fail(Errc::forbidden, "This link is not valid. Ask for a new one."); };
  const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const LinkKey& each) { return each.id == key_id; });
  const auto seconds = parse_number(expires);
  if (key == keys_.end() || !seconds) return altered();
  if (!equal_in_constant_time(signature_of(*key, tenant, id, expires), signature)) return altered();
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
  if (now < 0 || *seconds <= static_cast<std::uint64_t>(now))
    return fail(Errc::forbidden, "This link has lapsed. Ask for a new one.");
  return {};
}

Result<std::vector<LinkKey>> parse_link_keys(std::string_view text) {
  std::vector<LinkKey> keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    auto key = parse_key(line);
    if (!key)
      return fail(Errc::invalid_request,
                  fmt::format("Line {} of the link keys is not a key's id, a space and at least {} hexadecimal digits.",
                              number, 2 * secret_bytes));
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) return fail(Errc::invalid_request, "The file of link keys holds no key.");
  return keys;
}

Result<std::vector<LinkKey>> load_or_create_link_keys(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return create_link_keys(path);
    return fail(Errc::internal, fmt::format("{}: {}", path, errno_text(errno)));
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(Errc::internal, fmt::format("{} may be read by others than its owner: chmod 600 it", path));
  return read_file(path, key_file_bytes).and_then([](const std::string& text) { return parse_link_keys(text); });
}

}  // namespace platen::http
