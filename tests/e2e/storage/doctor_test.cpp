// `platen doctor` at the bucket.
#include "tests/e2e/storage/s3_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/faulty_system.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

/// Its lines about the bucket.
std::string found(const S3Server& server, std::vector<std::string> environment = {}) {
  const TempDir folder;
  std::string config;
  const std::vector<std::string> flags = server.flags();
  for (std::size_t i = 0; i < flags.size(); i += 2) config += flags[i].substr(2) + " = \"" + flags[i + 1] + "\"\n";
  const std::string part_bytes = "\"5242880\"";
  config.replace(config.find(part_bytes), part_bytes.size(), "5242880");
  REQUIRE(platen::write_file(folder / "platen.toml", config, 0600));
  std::vector<std::string> command{"env"};
  command.insert(command.end(), environment.begin(), environment.end());
  command.insert(command.end(), {std::string(PLATEN_BINARIES) + "/platen", "doctor", "--json", "--config",
                                 folder / "platen.toml", "--redis", "redis://127.0.0.1:1/0", "--data-dir",
                                 folder.path().string(), "--server", "http://127.0.0.1:1"});
  const Output output = run(command);
  CHECK(output.out.find(S3Server::secret) == std::string::npos);
  std::string lines;
  for (std::size_t at = 0; at < output.out.size();) {
    const std::size_t end = output.out.find('\n', at);
    const std::string line = output.out.substr(at, end - at);
    if (line.starts_with(R"({"check":"bucket)")) lines += line + "\n";
    at = end + 1;
  }
  INFO(output.out << output.err);
  CHECK_FALSE(lines.empty());
  return lines;
}

/// Whether one of the lines is of this check and state, and has these words.
bool says(const std::string& lines, const std::string& check, const std::string& state, const std::string& words) {
  const std::size_t at = lines.find(R"({"check":")" + check + R"(","state":")" + state + "\"");
  return at != std::string::npos && lines.substr(at, lines.find('\n', at) - at).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("doctor writes to, reads from and tidies up a bucket that is well") {
  const Certificates certificates;
  const S3Server server(certificates);
  const std::string lines = found(server);
  INFO(lines);
  CHECK(says(lines, "bucket", "ok", "reports at https://localhost"));
  CHECK(says(lines, "bucket clock", "ok", " s "));
  CHECK(says(lines, "bucket objects", "ok", "written, read and removed"));
  CHECK(says(lines, "bucket parts", "ok", "listed"));
  CHECK(says(lines, "bucket lifecycle", "ok", ""));
  CHECK(server.files_with("platen-doctor") == 0);
  CHECK(server.files_with("._S3rver_uploads") == 0);
}

TEST_CASE("doctor tells wrong credentials, a policy that lacks something, and a server that is away apart") {
  S3Server server;
  server.write_secret("another-secret");
  std::string lines = found(server);
  INFO(lines);
  CHECK(says(lines, "bucket", "fault", "SignatureDoesNotMatch"));
  CHECK(lines.find("another-secret") == std::string::npos);
  server.write_secret(S3Server::secret);
  server.fail("PUT", "platen-doctor", 100, "AccessDenied");
  CHECK(says(found(server), "bucket objects", "fault", "allow s3:PutObject"));
  server.fail("DELETE", "platen-doctor", 1, "AccessDenied");
  CHECK(says(found(server), "bucket objects", "fault", "s3:DeleteObject"));
  server.fail("GET", "uploads=", 100, "AccessDenied");
  lines = found(server);
  CHECK(says(lines, "bucket parts", "ok", "given up"));
  CHECK(says(lines, "bucket lifecycle", "warning", "s3:ListBucketMultipartUploads"));
  server.kill();
  CHECK(says(found(server), "bucket", "fault", "s3-endpoint"));
}

TEST_CASE("doctor sees that the bucket's clock is another one") {
  if (!can_be_faulty()) return;
  const S3Server server;
  FaultySystem system;
  system.set_clock_ahead(3600);
  std::vector<std::string> environment;
  for (const auto& [name, value] : system.environment()) environment.push_back(name + "=" + value);
  CHECK(says(found(server, environment), "bucket clock", "fault", "ahead of the server's"));
}
