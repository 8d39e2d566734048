// Whole reports, with all files in a bucket.
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "tests/e2e/storage/s3_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

constexpr std::size_t rows = 2'000;

InstallationOptions over(const S3Server& server, std::vector<std::string> front = {},
                         std::vector<std::string> worker = {}) {
  InstallationOptions options{.front_arguments = server.flags(), .worker_arguments = server.flags()};
  options.front_arguments.insert(options.front_arguments.end(), front.begin(), front.end());
  options.worker_arguments.insert(options.worker_arguments.end(), worker.begin(), worker.end());
  return options;
}

std::string orders_file(const Installation& platen) {
  const std::string path = platen.folder() / "orders.csv";
  std::ofstream(path) << orders_csv(rows);
  return path;
}

/// POSTs the orders; the status, and what was answered.
std::pair<std::string, std::string> post_orders(const Installation& platen) {
  const std::string answer =
      curl({"-F", R"(job={"report":{"title":"Orders"}};type=application/json)", "-F",
            "data=@" + orders_file(platen) + ";type=text/csv", "-w", "\n%{http_code}", platen.url() + "/v1/jobs"});
  const std::size_t end = answer.rfind('\n');
  return {answer.substr(end + 1), answer.substr(0, end)};
}

std::string submit_orders(const Installation& platen) {
  const auto [status, body] = post_orders(platen);
  INFO(body);
  REQUIRE(status == "202");
  return text_field(body, "id");
}

std::string job_of(const Installation& platen, const std::string& id) {
  return curl({platen.url() + "/v1/jobs/" + id});
}

std::string status_of(const Installation& platen, const std::string& id) {
  return text_field(job_of(platen, id), "status");
}

/// Its link, once it has succeeded.
std::string link_of(const Installation& platen, const std::string& id) {
  INFO(platen.logs());
  eventually([&] { return status_of(platen, id) == "succeeded"; }, std::chrono::seconds(60));
  return platen.url() + text_field(job_of(platen, id), "url");
}

std::string code_of(const std::string& url, std::vector<std::string> more = {}) {
  more.insert(more.end(), {"-o", "/dev/null", "-w", "%{http_code}", url});
  return curl(more);
}

std::size_t files_in(const std::string& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    count += entry.is_regular_file() ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a report goes through the bucket, and its link leads there") {
  S3Server server;
  Installation platen(over(server));
  const std::string id = submit_orders(platen);
  const std::string link = link_of(platen, id);
  CHECK(code_of(link) == "302");
  const std::string pdf = platen.folder() / "out.pdf";
  (void)curl({"-L", "-o", pdf, link});
  CHECK(wrong_with_orders_pdf(pdf, rows).empty());
  CHECK(curl({"-L", "-r", "0-4", link}) == "%PDF-");
  CHECK(code_of(link, {"-L", "-I"}) == "200");
  const std::string altered = code_of(link + "0");
  CHECK(altered == "403");
  const std::string fetched = platen.folder() / "fetched.pdf";
  const Output get = run({PLATEN_BINARIES "/platen", "--server", platen.url(), "get", id, "-o", fetched});
  INFO(get.err);
  CHECK(get.exit_code == 0);
  CHECK(wrong_with_orders_pdf(fetched, rows).empty());
  CHECK(files_in(platen.folder() / "data") == 0);
  CHECK(server.files_with("reports/artifacts/") > 0);
  CHECK(code_of(platen.url() + "/v1/jobs/" + id, {"-X", "DELETE"}) == "204");
  CHECK(server.files_with("reports/artifacts/") == 0);
  CHECK(server.files_with("reports/uploads/") == 0);
  CHECK(platen.logs().find(S3Server::secret) == std::string::npos);
  CHECK(platen.logs().find("X-Amz-Signature") == std::string::npos);
}

TEST_CASE("a report goes through a bucket behind TLS, whose authority is a private one") {
  const Certificates certificates;
  S3Server server(certificates);
  Installation platen(over(server));
  const std::string link = link_of(platen, submit_orders(platen));
  const std::string pdf = platen.folder() / "out.pdf";
  (void)curl({"-L", "--cacert", certificates.authority(), "-o", pdf, link});
  CHECK(wrong_with_orders_pdf(pdf, rows).empty());
}

TEST_CASE("a report's link lapses although the bucket would still have it") {
  S3Server server;
  Installation platen(over(server, {"--link-lifetime", "1s"}));
  const std::string link = link_of(platen, submit_orders(platen));
  CHECK(eventually([&] { return code_of(link, {"-L"}) == "403"; }));
}

TEST_CASE("while the bucket is away nothing is taken and nothing is lost, and all goes on when it is back") {
  S3Server server;
  auto options = over(server);
  options.has_worker = false;
  Installation platen(options);
  const std::string before = submit_orders(platen);
  server.kill();
  const auto [status, body] = post_orders(platen);
  CHECK(status == "503");
  CHECK(text_field(body, "code") == "unavailable");
  CHECK(eventually([&] { return code_of(platen.url() + "/readyz") == "503"; }));
  platen.start_worker();
  const std::string small =
      curl({"-d", R"({"report":{"title":"Small"},"data":{"rows":[{"a":1}]}})", platen.url() + "/v1/jobs"});
  CHECK(status_of(platen, text_field(small, "id")) != "failed");
  server.start();
  CHECK(eventually([&] { return platen.is_ready(); }));
  const std::string pdf = platen.folder() / "out.pdf";
  (void)curl({"-L", "-o", pdf, link_of(platen, before)});
  CHECK(wrong_with_orders_pdf(pdf, rows).empty());
  (void)link_of(platen, text_field(small, "id"));
}

TEST_CASE("a report that cannot be stored is tried again, at once and then as another attempt") {
  S3Server server;
  Installation platen(over(server, {}, {"--lease", "1s"}));
  server.fail("PUT", "artifacts", 1'000'000);
  const std::string id = submit_orders(platen);
  eventually([&] { return status_of(platen, id) == "retrying"; }, std::chrono::seconds(60));
  CHECK_THAT(platen.logs(), has_text("503 SlowDown"));
  server.fail("PUT", "artifacts", 1);
  (void)link_of(platen, id);
}

TEST_CASE("an upload in parts that the bucket cannot take now is kept, and taken later") {
  S3Server server;
  Installation platen(over(server));
  const std::string created = curl({"-X", "POST", "-H", "Upload-Length: 4", platen.url() + "/v1/uploads"});
  const std::string url = platen.url() + "/v1/uploads/" + text_field(created, "id");
  server.kill();
  CHECK(code_of(url, {"-X", "PUT", "-d", "a\n1\n", "-H", "Content-Type: text/csv"}) == "503");
  server.start();
  CHECK_THAT(curl({url}), has_text(R"("offset":4)"));
  CHECK(code_of(url, {"-X", "PUT", "-H", "Content-Range: bytes */4", "-H", "Content-Length: 0"}) == "201");
  CHECK(server.files_with("reports/uploads/" + text_field(created, "id")) > 0);
}

TEST_CASE("wrong credentials are told to the operator and to nobody else, and mended without a restart") {
  S3Server server;
  Installation platen(over(server));
  server.write_secret("another-secret");
  CHECK(eventually([&] { return code_of(platen.url() + "/readyz") == "503"; }));
  const auto [status, body] = post_orders(platen);
  CHECK(status == "503");
  CHECK(body.find("SignatureDoesNotMatch") == std::string::npos);
  CHECK_THAT(platen.logs(), has_text("SignatureDoesNotMatch: the secret does not belong to the key"));
  CHECK(platen.logs().find("another-secret") == std::string::npos);
  server.write_secret(S3Server::secret);
  CHECK(eventually([&] { return platen.is_ready(); }));
  (void)link_of(platen, submit_orders(platen));
}
