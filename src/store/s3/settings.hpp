// The settings of S3, which platend and platen-worker share.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/settings.hpp"
#include "store/s3/credentials.hpp"

namespace platen::s3 {

struct Options {
  std::string bucket;  ///< empty: files stay on the disk
  std::string endpoint;
  std::string public_endpoint;
  std::string region = "us-east-1";
  std::string prefix;
  bool path_style = false;
  std::string credentials_file;
  std::string ca_file;
  std::uint64_t part_bytes = std::uint64_t{64} << 20;
};

/// `options` must outlive `settings`.
void define(Settings& settings, Options& options);

/// Where a server is, and how it names the bucket.
struct Endpoint {
  std::string base;  ///< `https://HOST[:PORT]`: a URL without its path
  std::string host;  ///< as in the `Host` header
  std::string path;  ///< of the bucket: `/BUCKET`, or empty where the host names it
};

/// A bucket that requests can be sent to.
struct Target {
  Endpoint endpoint;
  Endpoint public_endpoint;  ///< as clients reach it
  std::string bucket;
  std::string region;
  std::string prefix;
  CredentialSource credentials;
  std::string ca_file = {};  ///< who may have signed the server's certificate; empty: the system's authorities
  std::uint64_t part_bytes = 0;
  /// For how long after a failure a file's transfer is tried again.
  std::chrono::milliseconds patience{5'000};
};

/// nullopt where there is no bucket. `invalid_request` names the setting that does not fit.
[[nodiscard]] Result<std::optional<Target>> target_of(const Options& options);

}  // namespace platen::s3
