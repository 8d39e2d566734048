// An S3 server that nobody here wrote, over a folder that goes with the scope.
#pragma once

#include <cstdint>
#include <string>

#include "store/s3/settings.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/command.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

/// s3rver, with a bucket `reports`, and a key that is in `credentials_file`. Fails the test where npm has none.
class S3Server {
 public:
  S3Server();
  /// Over TLS, as localhost, with this certificate, which is borrowed.
  explicit S3Server(const Certificates& certificates);

  [[nodiscard]] std::string url() const {
    return (certificates_ != nullptr ? "https://localhost:" : "http://127.0.0.1:") + port_;
  }
  [[nodiscard]] std::string credentials_file() const { return folder_ / "credentials"; }
  /// The same as flags.
  [[nodiscard]] std::vector<std::string> flags() const;
  [[nodiscard]] s3::Options options() const;

  /// Replaces the secret in the credentials file.
  void write_secret(const std::string& wanted) const;
  void kill();
  /// On the same port, with what the bucket had.
  void start();
  /// Answers the next `times` requests of this method whose URL has this part with 503, or with 403 and another code.
  void fail(const std::string& method, const std::string& part_of_url, int times,
            const std::string& code = "SlowDown") const;
  /// Files below the server's folder whose path has this part: objects, or parts of uploads that are not done.
  [[nodiscard]] std::size_t files_with(const std::string& part_of_path) const;

  static constexpr const char* secret = "a-secret-that-nobody-may-see";

 private:
  const Certificates* certificates_ = nullptr;
  TempDir folder_;
  std::string port_ = "0";
  std::optional<Background> server_;
};

}  // namespace platen::test
