// The stores in a bucket.
#include "store/stores.hpp"
#include "tests/e2e/storage/s3_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen;
using test::curl;
using test::eventually;
using test::S3Server;
using test::TempDir;

namespace {

const Tenant acme{"acme"};
constexpr std::size_t any_bytes = 64UL << 20U;
constexpr std::chrono::seconds an_hour = std::chrono::hours(1);

StorePair stores_in(const TempDir& folder, const S3Server& server,
                    std::chrono::milliseconds patience = std::chrono::seconds(5), const std::string& prefix = {}) {
  s3::Options options = server.options();
  options.prefix = prefix;
  auto target = s3::target_of(options).value();
  target->patience = patience;
  return {folder.path().string(), target};
}

Result<Upload> store(const StorePair& stores, const std::string& text) {
  auto writer = stores.uploads().begin(acme).value();
  REQUIRE(writer->write(text));
  return writer->commit();
}

std::string large_text() {
  std::string text;
  for (int i = 0; text.size() < std::size_t{12} << 20U; ++i) text += std::to_string(i) + ";";
  return text;
}

Lease a_lease() {
  Lease lease;
  lease.job = new_job_id();
  lease.nonce = "0123456789abcdef";
  return lease;
}

constexpr std::size_t files_of_one_part = 4;  // the upload's key and metadata, the part and its hash

/// Begins to send a large report, and loses the server before its second part, so that the first stays there.
void leave_parts(const StorePair& stores, S3Server& server) {
  const Fd file = stores.artifacts().create().value();
  REQUIRE(write_all(file, large_text()));
  server.fail("PUT", "partNumber=2", 1'000);
  const std::size_t before = server.files_with("._S3rver_uploads");
  const auto kept = stores.artifacts().keep(file, artifact_name(a_lease()), [&] {
    if (server.files_with("._S3rver_uploads") < before + files_of_one_part) return true;
    server.kill();
    return false;
  });
  CHECK(kept.error().code == Errc::canceled);
  server.start();
}

std::string status_of(const std::string& url, std::vector<std::string> more = {}) {
  more.insert(more.end(), {"-o", "/dev/null", "-w", "%{http_code}", url});
  return curl(more);
}

}  // namespace

TEST_CASE("an upload comes back from the bucket as it went there, and is its tenant's") {
  S3Server server;
  TempDir folder;
  const StorePair stores = stores_in(folder, server, std::chrono::seconds(5), "a-team/platen/");
  REQUIRE(stores.uploads().check());
  const Upload upload = store(stores, "order;total\n1;9,5\n").value();
  CHECK(server.files_with("reports/a-team/platen/uploads/" + upload.id.text) > 0);
  const auto found = stores.uploads().find(acme, upload.id).value();
  CHECK(found.bytes == 18);
  CHECK(found.sha256 == upload.sha256);
  CHECK(stores.uploads().find(default_tenant(), upload.id).error().code == Errc::not_found);
  const auto file = stores.uploads().open(upload.id, {}).value();
  CHECK(read_all(file, any_bytes).value() == "order;total\n1;9,5\n");
  CHECK(stores.uploads().older_than(an_hour).value().empty());
  CHECK(eventually([&] { return stores.uploads().older_than(std::chrono::seconds(-1)).value().size() == 1; }));
  REQUIRE(stores.uploads().remove(upload.id));
  REQUIRE(stores.uploads().remove(upload.id));
  CHECK(stores.uploads().find(acme, upload.id).error().code == Errc::not_found);
  CHECK(stores.uploads().open(upload.id, {}).error().code == Errc::not_found);
  CHECK(stores.uploads().find(acme, {"../x"}).error().code == Errc::not_found);
}

TEST_CASE("a large file goes in parts, and one that fails is sent again") {
  S3Server server;
  TempDir folder;
  const StorePair stores = stores_in(folder, server);
  server.fail("PUT", "partNumber=2", 1);
  const std::string text = large_text();
  const Upload upload = store(stores, text).value();
  CHECK(read_all(stores.uploads().open(upload.id, {}).value(), any_bytes).value() == text);
  CHECK(stores.uploads().find(acme, upload.id).value().sha256 == upload.sha256);
  CHECK(server.files_with("._S3rver_uploads") == 0);
}

TEST_CASE("of a large file that cannot be sent whole nothing stays") {
  S3Server server;
  TempDir folder;
  const StorePair stores = stores_in(folder, server, std::chrono::milliseconds(300));
  server.fail("PUT", "partNumber=3", 1'000);
  CHECK(store(stores, large_text()).error().code == Errc::unavailable);
  CHECK(server.files_with("._S3rver_uploads") == 0);
  CHECK(stores.uploads().older_than(std::chrono::seconds(-1)).value().empty());
}

TEST_CASE("what nobody wants any more is broken off") {
  S3Server server;
  TempDir folder;
  const StorePair stores = stores_in(folder, server, std::chrono::hours(1));
  const Upload upload = store(stores, "a\n1\n").value();
  server.fail("GET", upload.id.text, 1'000'000);
  int asked = 0;
  const auto file = stores.uploads().open(upload.id, [&] { return ++asked < 4; });
  CHECK(file.error().code == Errc::canceled);
}

TEST_CASE("a store whose server is away, or knows another secret, or has no such bucket, cannot be used") {
  S3Server server;
  TempDir folder;
  const StorePair stores = stores_in(folder, server, std::chrono::milliseconds(300));
  const auto is_usable = [&] { return stores.uploads().check().has_value() && stores.artifacts().check().has_value(); };
  CHECK(is_usable());
  server.write_secret("another");
  CHECK(eventually([&] { return !is_usable(); }));
  server.write_secret(S3Server::secret);
  CHECK(eventually(is_usable));
  server.kill();
  CHECK(eventually([&] { return !is_usable(); }));
  CHECK(store(stores, "a").error().code == Errc::unavailable);
  server.start();
  CHECK(eventually(is_usable));
  s3::Options options = server.options();
  options.bucket = "elsewhere";
  const StorePair elsewhere(folder.path().string(), s3::target_of(options).value());
  CHECK(elsewhere.uploads().check().error().code == Errc::unavailable);
}

TEST_CASE("a link to an artifact works without a key, with ranges, as long as it says") {
  S3Server server;
  TempDir folder;
  const StorePair stores = stores_in(folder, server);
  ArtifactStore& artifacts = stores.artifacts();
  const std::string name = artifact_name(a_lease());
  const Fd file = artifacts.create().value();
  REQUIRE(write_all(file, std::string_view("%PDF-1.7 body")));
  REQUIRE(artifacts.keep(file, name, {}));
  REQUIRE(artifacts.keep(file, name, {}));
  CHECK(read_all(artifacts.open(name).value(), any_bytes).value() == "%PDF-1.7 body");
  const std::string disposition = "attachment; filename=\"Orders (1).pdf\"; filename*=UTF-8''Orders%20%281%29.pdf";
  const std::string link = artifacts.link(name, {"GET", an_hour, disposition}).value().value();
  CHECK(curl({link}) == "%PDF-1.7 body");
  CHECK(curl({"-r", "0-3", link}) == "%PDF");
  CHECK_THAT(curl({"-D", "-", link}), test::has_text("Orders (1).pdf"));
  CHECK(status_of(link + "0") == "403");
  CHECK(status_of(artifacts.link(name, {"HEAD", an_hour, disposition}).value().value(), {"-I"}) == "200");
  const std::string short_link = artifacts.link(name, {"GET", std::chrono::seconds(1), disposition}).value().value();
  CHECK(eventually([&] { return status_of(short_link) == "403"; }));
  REQUIRE(artifacts.remove(name));
  CHECK(artifacts.open(name).error().code == Errc::not_found);
  CHECK(status_of(link) == "404");
}

TEST_CASE("parts that a crash left are removed when they are old, and nobody else's") {
  S3Server server;
  TempDir folder;
  const StorePair ours = stores_in(folder, server, std::chrono::hours(1), "ours/");
  const StorePair theirs = stores_in(folder, server, std::chrono::hours(1), "theirs/");
  for (int i = 0; i < 3; ++i) leave_parts(ours, server);
  const auto left = [&] { return server.files_with("._S3rver_uploads"); };
  const std::size_t before = left();
  CHECK(before > 0);
  REQUIRE(ours.artifacts().older_than(an_hour));
  REQUIRE(theirs.artifacts().older_than(std::chrono::seconds(-1)));
  REQUIRE(ours.uploads().older_than(std::chrono::seconds(-1)));
  CHECK(left() == before);
  CHECK(eventually([&] { return ours.artifacts().older_than(std::chrono::seconds(-1)) && left() == 0; }));
}

TEST_CASE("a server that does not show uploads in parts is used all the same") {
  S3Server server;
  TempDir folder;
  const StorePair stores = stores_in(folder, server);
  server.fail("GET", "uploads=", 1'000, "AccessDenied");
  CHECK(stores.artifacts().older_than(an_hour).value().empty());
  CHECK(stores.artifacts().check());
}

TEST_CASE("a bucket behind TLS is used where its authority is known, and nowhere else") {
  const test::Certificates certificates;
  S3Server server(certificates);
  TempDir folder;
  const StorePair stores = stores_in(folder, server);
  REQUIRE(stores.uploads().check());
  const std::string text = large_text();
  const Upload upload = store(stores, text).value();
  CHECK(read_all(stores.uploads().open(upload.id, {}).value(), any_bytes).value() == text);
  s3::Options options = server.options();
  options.ca_file.clear();
  const StorePair unknown(folder.path().string(), s3::target_of(options).value());
  CHECK(unknown.uploads().check().error().code == Errc::unavailable);
  const test::Certificates others;  // of the same name
  options.ca_file = others.authority();
  const StorePair wrong(folder.path().string(), s3::target_of(options).value());
  CHECK(wrong.uploads().check().error().code == Errc::unavailable);
}
