#include "tests/e2e/storage/s3_server.hpp"

#include <signal.h>

#include <filesystem>

#include "base/fd.hpp"
#include "tests/e2e/clients/npm_programs.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

namespace platen::test {

S3Server::S3Server(const Certificates& certificates) : certificates_(&certificates) {
  write_secret(secret);
  start();
}

S3Server::S3Server() {
  write_secret(secret);
  start();
}

void S3Server::start() {
  std::vector<std::string> arguments{port_, folder_ / "objects", "reports", "PLATEN", secret};
  if (certificates_ != nullptr) arguments.insert(arguments.end(), {certificates_->certificate(), certificates_->key()});
  server_.emplace(node_program("s3_server.mjs", arguments));
  port_ = eventually([&]() -> std::optional<std::string> {
    const std::string said = server_->out();
    if (!said.starts_with("port ") || !said.ends_with('\n')) return std::nullopt;
    return said.substr(5, said.size() - 6);
  });
}

void S3Server::kill() {
  server_->process().signal(SIGKILL);
  (void)server_->process().wait(patience);
}

void S3Server::write_secret(const std::string& wanted) const {
  const std::string text = "[default]\naws_access_key_id = PLATEN\naws_secret_access_key = " + wanted + "\n";
  REQUIRE(write_file(credentials_file(), text, 0600));
}

std::vector<std::string> S3Server::flags() const {
  std::vector<std::string> flags{"--s3-bucket",           "reports",          "--s3-endpoint",   url(),
                                 "--s3-credentials-file", credentials_file(), "--s3-part-bytes", "5242880"};
  if (certificates_ != nullptr) flags.insert(flags.end(), {"--s3-ca-file", certificates_->authority()});
  return flags;
}

s3::Options S3Server::options() const {
  s3::Options options;
  options.bucket = "reports";
  options.endpoint = url();
  options.credentials_file = credentials_file();
  if (certificates_ != nullptr) options.ca_file = certificates_->authority();
  options.part_bytes = std::uint64_t{5} << 20;
  return options;
}

void S3Server::fail(const std::string& method, const std::string& part_of_url, int times,
                    const std::string& code) const {
  std::vector<std::string> arguments{"-X", "PUT",
                                     url() + "/fail?method=" + method + "&part_of_url=" + part_of_url +
                                         "&times=" + std::to_string(times) + "&code=" + code +
                                         "&status=" + (code == "SlowDown" ? "503" : "403")};
  if (certificates_ != nullptr) arguments.insert(arguments.end(), {"--cacert", certificates_->authority()});
  (void)curl(arguments);
}

std::size_t S3Server::files_with(const std::string& part_of_path) const {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "objects"))
    if (entry.is_regular_file() && entry.path().string().find(part_of_path) != std::string::npos) ++count;
  return count;
}

}  // namespace platen::test
