// An authority of a test's own, and a certificate for localhost.
#pragma once

#include <string>

#include "tests/support/temp_dir.hpp"

namespace platen::test {

/// Made by openssl; PEM files in a folder that goes with the scope. Throws std::runtime_error when openssl fails.
class Certificates {
 public:
  Certificates();
  [[nodiscard]] std::string authority() const { return folder_ / "ca.pem"; }
  [[nodiscard]] std::string certificate() const { return folder_ / "server.pem"; }  ///< of localhost, not of 127.0.0.1
  [[nodiscard]] std::string key() const { return folder_ / "server.key"; }

 private:
  TempDir folder_;
};

}  // namespace platen::test
