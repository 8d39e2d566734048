#include "store/s3/credentials.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/fd.hpp"
#include "base/systemd.hpp"

namespace platen::s3 {

namespace {

constexpr std::size_t most_file_bytes = 64 * 1024;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r";
  const std::size_t begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

Result<Credentials> parse_credentials(std::string_view text) {
  Credentials credentials;
  bool is_ours = true;  // until a profile begins
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string_view stripped = trimmed(line);
    if (stripped.starts_with('[')) is_ours = stripped == "[default]";
    const std::size_t equals = stripped.find('=');
    if (!is_ours || equals == std::string_view::npos || stripped.starts_with('#')) continue;
    const std::string_view name = trimmed(stripped.substr(0, equals));
    const std::string value(trimmed(stripped.substr(equals + 1)));
    if (name == "aws_access_key_id") credentials.key_id = value;
    if (name == "aws_secret_access_key") credentials.secret = value;
    if (name == "aws_session_token") credentials.session_token = value;
  }
  if (credentials.key_id.empty()) return fail(Errc::invalid_request, "has no aws_access_key_id");
  if (credentials.secret.empty()) return fail(Errc::invalid_request, "has no aws_secret_access_key");
  return credentials;
}

Result<CredentialSource> CredentialSource::find(const std::string& file) {
  CredentialSource source;
  source.file_ = !file.empty() ? file : credential_file("s3").value_or("");
  if (source.file_.empty()) {
    source.fixed_ = {variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), variable("AWS_SESSION_TOKEN")};
    if (source.fixed_.key_id.empty() || source.fixed_.secret.empty())
      return fail(Errc::invalid_request,
                  "s3-bucket: there are no credentials for it. Set s3-credentials-file, or AWS_ACCESS_KEY_ID and "
                  "AWS_SECRET_ACCESS_KEY in the environment.");
    return source;
  }
  if (const auto readable = source.read(); !readable) return fail(readable.error());
  return source;
}

Result<Credentials> CredentialSource::read() const {
  if (file_.empty()) return fixed_;
  const auto text = read_file(file_, most_file_bytes);
  if (!text)
    return fail(Errc::invalid_request, "s3-credentials-file: '" + file_ + "' cannot be read: " + text.error().detail);
  auto credentials = parse_credentials(*text);
  if (!credentials)
    return fail(Errc::invalid_request, "s3-credentials-file: '" + file_ + "' " + credentials.error().detail);
  return credentials;
}

}  // namespace platen::s3
