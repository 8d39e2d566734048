// The account's key that requests to S3 are signed with.
#pragma once

#include <string>
#include <string_view>

#include "platen/error.hpp"
#include "store/s3/sigv4.hpp"

namespace platen::s3 {

/// The key in a file as AWS's tools have it: of its profile `default`, or of the file where it has no profiles.
/// `invalid_request` says what is missing; never what is there.
[[nodiscard]] Result<Credentials> parse_credentials(std::string_view text);

/// Where the key comes from: a file, which is read anew each time, so that who rotates keys restarts nothing; else
/// systemd's credential `s3`, else the environment (AWS_ACCESS_KEY_ID …). Immutable. Threads: any.
class CredentialSource {
 public:
  /// `file` may be empty. `invalid_request` where there is no key, or the file cannot be read.
  [[nodiscard]] static Result<CredentialSource> find(const std::string& file);

  [[nodiscard]] Result<Credentials> read() const;

 private:
  std::string file_;
  Credentials fixed_;  ///< where there is no file
};

}  // namespace platen::s3
