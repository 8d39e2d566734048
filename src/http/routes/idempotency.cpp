#include "http/routes/idempotency.hpp"

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

std::string content_of(const codec::Request& wanted, const std::optional<Upload>& sent) {
  Sha256 hash;
  const auto add = [&hash](std::string_view text) { hash.update(std::span(text.data(), text.size())); };
  // The upload that came along has another id each time. That id is nowhere else: nobody knew it before.
  const std::string_view spec = wanted.spec;
  const std::size_t at = sent ? spec.find(sent->id.text) : std::string_view::npos;
  if (at == std::string_view::npos) {
    add(spec);
  } else {
    add(spec.substr(0, at));
    add(sent->sha256);
    add(spec.substr(at + sent->id.text.size()));
  }
  add("\n");
  add(wanted.chosen_options);
  return hex(hash.finish());
}

}  // namespace

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
  return Idempotency{*key, content_of(wanted, sent)};
}

}  // namespace platen::http
