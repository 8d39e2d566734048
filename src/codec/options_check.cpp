#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/clock.hpp"
#include "base/webhook_secret.hpp"
#include "codec/fields.hpp"
#include "codec/report_check.hpp"
#include "codec/tags_check.hpp"
#include "codec/web_target.hpp"

namespace platen::codec {

namespace {

constexpr double day_s = 24 * 3600;
constexpr NumberRule delay_range{0, 30 * day_s, "seconds"};
constexpr NumberRule expiry_range{1, 30 * day_s, "seconds"};
constexpr NumberRule attempts_range{1, 20, ""};
constexpr NumberRule timeout_range{1, day_s, "seconds"};
constexpr NumberRule retention_range{60, 90 * day_s, "seconds"};
constexpr std::size_t longest_filename_bytes = 200;
constexpr std::size_t longest_group = 128;
constexpr std::array<std::pair<std::string_view, Dedupe>, 1> dedupes{{{"content", Dedupe::content}}};
constexpr std::size_t longest_secret = 200;
constexpr std::array<std::pair<std::string_view, Priority>, 3> priorities{
    {{"high", Priority::high}, {"normal", Priority::normal}, {"low", Priority::low}}};

bool ends_with_pdf(std::string_view name) {
  if (name.size() < 4) return false;
  const std::string_view end = name.substr(name.size() - 4);
  return end[0] == '.' && (end[1] == 'p' || end[1] == 'P') && (end[2] == 'd' || end[2] == 'D') &&
         (end[3] == 'f' || end[3] == 'F');
}

/// A name that any system can save under, ending in `.pdf`; empty where it does not fit.
std::string check_filename(Fields& fields) {
  auto name = fields.take_text("filename", {.least = 1, .most = longest_filename_bytes});
  if (!name) return {};
  if (!ends_with_pdf(*name)) *name += ".pdf";
  if (name->find_first_of("/\\") != std::string::npos)
    fields.complain("filename", "This must be a name without a path: no '/' and no '\\'.");
  else if (name->front() == '.')
    fields.complain("filename", "This must not begin with a dot.");
  else if (name->size() > longest_filename_bytes)
    fields.complain("filename", fmt::format("This has {} bytes with its '.pdf'; at most {} are allowed.", name->size(),
                                            longest_filename_bytes));
  else
    return *name;
  return {};
}

/// The longest beginning of valid UTF-8 that fits.
std::string_view cut(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  while (most_bytes > 0 && (static_cast<unsigned char>(text[most_bytes]) & 0xC0U) == 0x80U) --most_bytes;
  return text.substr(0, most_bytes);
}

/// A URL, or one with the secret that signs.
std::optional<Callback> check_callback(const Json& value, Fields& options) {
  if (value.is_string()) {
    auto target = take_web_target(options, "callback");
    if (!target) return std::nullopt;
    return Callback{*std::move(target), {}};
  }
  if (!value.is_object()) {
    options.complain(
        "callback", fmt::format("This must be a URL, or an object with 'url' and 'secret', not {}.", kind_name(value)));
    return std::nullopt;
  }
  Fields fields(value, options.pointer("callback"), options.problems());
  auto target = take_web_target(fields, "url");
  fields.require("url", "where the message goes");
  const auto secret = fields.take_text("secret", {.least = 1, .most = longest_secret});
  if (secret && !webhook_key(*secret))
    fields.complain("secret", "This must be 'whsec_' and the base64 of 24 to 64 random bytes.");
  fields.finish();
  if (!target) return std::nullopt;
  return Callback{*std::move(target), secret.value_or(std::string())};
}

/// At most one of `delay_seconds` and `not_before`.
void check_start(Fields& fields, JobOptions& options) {
  if (const auto delay_s = fields.take_number("delay_seconds", delay_range))
    options.delay = std::chrono::milliseconds(std::llround(*delay_s * 1000));
  const auto not_before = fields.take_text("not_before", {});
  if (!not_before) return;
  options.not_before = parse_rfc3339(*not_before);
  if (!options.not_before)
    fields.complain("not_before", "This must be a time such as '2026-03-01T06:00:00Z' or '2026-03-01T07:00:00+01:00'.");
  else if (fields.has("delay_seconds"))
    fields.complain("not_before", "Give either 'delay_seconds' or 'not_before', not both.");
}

}  // namespace

std::string filename_of(std::string_view title) {
  constexpr std::string_view ending = ".pdf";
  std::string name(cut(title, longest_filename_bytes - ending.size()));
  for (char& c : name)
    if (c == '/' || c == '\\' || c == ':') c = '-';
  name.erase(0, name.find_first_not_of(". "));
  return (name.empty() ? "report" : name) + std::string(ending);
}

JobOptions check_options(const Json& value, Problems& problems) {
  Fields fields(value, "/options", problems);
  JobOptions options;
  options.priority = fields.take_choice<Priority>("priority", priorities).value_or(options.priority);
  check_start(fields, options);
  options.dedupe = fields.take_choice<Dedupe>("dedupe", dedupes).value_or(options.dedupe);
  options.group = fields.take_text("group", {.least = 1, .most = longest_group}).value_or("");
  if (const auto expiry_s = fields.take_integer("expiry_seconds", expiry_range))
    options.expiry = std::chrono::seconds(*expiry_s);
  if (const auto attempts = fields.take_integer("max_attempts", attempts_range))
    options.max_attempts = static_cast<std::uint32_t>(*attempts);
  if (const auto timeout_s = fields.take_integer("timeout_seconds", timeout_range))
    options.timeout = std::chrono::seconds(*timeout_s);
  if (const auto retention_s = fields.take_integer("retention_seconds", retention_range))
    options.retention = std::chrono::seconds(*retention_s);
  options.filename = check_filename(fields);
  if (const Json* const tags = fields.take("tags")) options.tags = check_tags(*tags, "/options/tags", problems);
  if (const Json* const callback = fields.take("callback")) options.callback = check_callback(*callback, fields);
  fields.finish();
  return options;
}

}  // namespace platen::codec
