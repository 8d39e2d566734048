#include "store/s3/settings.hpp"

#include <algorithm>
#include <string_view>

#include "base/fd.hpp"

namespace platen::s3 {

namespace {

constexpr std::uint64_t least_part_bytes = std::uint64_t{5} << 20;  // S3's own
constexpr std::uint64_t most_part_bytes = std::uint64_t{5} << 30;   // S3's own

constexpr std::size_t most_ca_bytes = std::size_t{4} << 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

template <class Fits>
bool all(std::string_view text, Fits fits) {
  return std::all_of(text.begin(), text.end(), fits);
}

bool is_bucket(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && name.front() != '.' && name.front() != '-' && name.back() != '.' &&
         name.find("..") == std::string_view::npos &&
         all(name, [](char c) { return is_lower(c) || is_digit(c) || c == '.' || c == '-'; });
}

bool is_region(std::string_view name) {
  return !name.empty() && all(name, [](char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '-'; });
}

/// Nothing that a path or XML would have to escape.
bool is_prefix(std::string_view text) {
  if (text.starts_with('/') || text.find("//") != std::string_view::npos || text.size() > 512) return false;
  if (text.starts_with('.') || text.find("/.") != std::string_view::npos) return false;
  return all(text, [](char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == '/';
  });
}

/// Whether a bucket's name cannot be put before it.
bool is_address(std::string_view host) {
  const std::string_view name = host.substr(0, host.rfind(':'));
  return host.starts_with('[') || name == "localhost" || all(name, [](char c) { return is_digit(c) || c == '.'; });
}

Result<Endpoint> endpoint_of(const std::string& setting, const std::string& url, const Options& options) {
  const auto refuse = [&](const char* why) {
    std::string detail = setting;
    return fail(Errc::invalid_request, detail.append(": '").append(url).append("' ").append(why));
  };
  const bool is_secure = url.starts_with("https://");
  if (!is_secure && !url.starts_with("http://")) return refuse("begins with neither https:// nor http://");
  const std::string scheme = is_secure ? "https://" : "http://";
  std::string host = url.substr(scheme.size());
  if (host.ends_with('/')) host.pop_back();
  const bool fits = !host.empty() && all(host, [](char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || std::string_view(".-:[]").find(c) != std::string_view::npos;
  });
  if (!fits) return refuse("is not a scheme and a host, as in https://s3.example.com:9000");
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; });
  // The port that goes without saying is not said in the Host header, which is signed.
  const std::string_view own_port = is_secure ? ":443" : ":80";
  if (host.ends_with(own_port)) host.resize(host.size() - own_port.size());
  if (options.path_style || is_address(host)) return Endpoint{scheme + host, host, std::string("/") + options.bucket};
  host.insert(0, options.bucket + ".");
  return Endpoint{scheme + host, host, {}};
}

}  // namespace

void define(Settings& settings, Options& options) {
  settings.add({.name = "s3-bucket",
                .help = "Keep uploads and reports in this bucket of an S3 server; data-dir then holds only what is on "
                        "its way."},
               options.bucket);
  settings.add(
      {.name = "s3-endpoint", .help = "The S3 server, https://HOST[:PORT]; without it AWS's own in s3-region."},
      options.endpoint);
  settings.add({.name = "s3-public-endpoint",
                .help = "The same server as clients reach it, for download links; without it s3-endpoint."},
               options.public_endpoint);
  settings.add({.name = "s3-region", .help = "The bucket's region.", .common_variable = "AWS_REGION"}, options.region);
  settings.add({.name = "s3-prefix", .help = "What the names of all objects begin with: platen/"}, options.prefix);
  settings.add({.name = "s3-path-style",
                .help = "Name the bucket in the path, not in the host's name; always so where the host is an address."},
               options.path_style);
  settings.add({.name = "s3-credentials-file",
                .help = "A file with aws_access_key_id and aws_secret_access_key, read anew for each request; without "
                        "it systemd's credential s3, or AWS_ACCESS_KEY_ID and so on in the environment."},
               options.credentials_file);
  settings.add({.name = "s3-ca-file",
                .help = "A PEM file with the authorities that may have signed the S3 server's certificate; without it "
                        "the system's."},
               options.ca_file);
  settings.add({.name = "s3-part-bytes",
                .help = "Files larger than this are sent in parts of this size.",
                .least = least_part_bytes,
                .most = most_part_bytes},
               options.part_bytes);
}

Result<std::optional<Target>> target_of(const Options& options) {
  if (options.bucket.empty()) {
    if (options.endpoint.empty() && options.prefix.empty()) return std::optional<Target>();
    return fail(Errc::invalid_request, "s3-endpoint or s3-prefix is set, but s3-bucket is not");
  }
  if (!is_bucket(options.bucket))
    return fail(Errc::invalid_request, "s3-bucket: '" + options.bucket + "' is no bucket's name");
  if (!is_region(options.region))
    return fail(Errc::invalid_request, "s3-region: '" + options.region + "' is no region, as in eu-central-1");
  if (!is_prefix(options.prefix))
    return fail(Errc::invalid_request, "s3-prefix: '" + options.prefix +
                                           "' may have letters, digits, '-', '_', '.' and '/', and begins with neither "
                                           "'/' nor '.'");
  std::string url = options.endpoint;
  if (url.empty()) url.append("https://s3.").append(options.region).append(".amazonaws.com");
  auto endpoint = endpoint_of("s3-endpoint", url, options);
  if (!endpoint) return fail(std::move(endpoint.error()));
  auto public_endpoint =
      endpoint_of("s3-public-endpoint", options.public_endpoint.empty() ? url : options.public_endpoint, options);
  if (!public_endpoint) return fail(std::move(public_endpoint.error()));
  if (!options.ca_file.empty() && !read_file(options.ca_file, most_ca_bytes))
    return fail(Errc::invalid_request, "s3-ca-file: '" + options.ca_file + "' cannot be read");
  auto credentials = CredentialSource::find(options.credentials_file);
  if (!credentials) return fail(std::move(credentials.error()));
  return std::optional(Target{.endpoint = *std::move(endpoint),
                              .public_endpoint = *std::move(public_endpoint),
                              .bucket = options.bucket,
                              .region = options.region,
                              .prefix = options.prefix,
                              .credentials = *std::move(credentials),
                              .ca_file = options.ca_file,
                              .part_bytes = options.part_bytes});
}

}  // namespace platen::s3
