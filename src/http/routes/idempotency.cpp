#include "http/routes/idempotency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "base/crypto.hpp"

namespace platen::http {

namespace {

constexpr std::string_view field = "Idempotency-Key";
constexpr std::size_t longest_key = 255;

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

void add(Sha256& hash, std::string_view text) { hash.update(std::span(text.data(), text.size())); }

}  // namespace

std::string content_of(const codec::Request& wanted, const std::optional<Upload>& data) {
  Sha256 hash;
  // An upload has another id each time. Where its own hash is known, that stands in the place of the id.
  const std::string_view spec = wanted.spec;
  const std::string member = data ? fmt::format(R"("upload":"{}")", data->id.text) : std::string();
  const std::size_t at = data && !data->sha256.empty() ? spec.find(member) : std::string_view::npos;
  if (at == std::string_view::npos) {
    add(hash, spec);
  } else {
    add(hash, spec.substr(0, at));
    add(hash, data->sha256);
    add(hash, spec.substr(at + member.size()));
  }
  return hex(hash.finish());
}

std::optional<std::string> idempotency_key_in(const httplib::Request& request) {
  const std::string name(field);
  const std::size_t fields = request.get_header_value_count(name);
  if (fields == 0) return std::nullopt;
  return fields == 1 ? request.get_header_value(name) : std::string();
}

Result<std::optional<Idempotency>> idempotency_of(const std::optional<std::string>& key, const codec::Request& wanted,
                                                  const std::optional<Upload>& sent) {
  if (!key) return std::nullopt;
  const bool is_key =
      !key->empty() && key->size() <= longest_key && std::all_of(key->begin(), key->end(), is_printable);
  if (!is_key)
    return fail(Errc::invalid_request, "'Idempotency-Key' is given once, with 1 to 255 printable ASCII characters.");
  Sha256 hash;
  add(hash, content_of(wanted, sent));
  add(hash, wanted.chosen_options);
  return Idempotency{*key, hex(hash.finish())};
}

}  // namespace platen::http
