// Whose an upload is, on disk.
#include <filesystem>

#include "store/file_unfinished_uploads.hpp"
#include "store/file_upload_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen;
using platen::test::TempDir;

namespace {

const Tenant acme{"acme"};
const Tenant other{"other"};
constexpr std::chrono::hours not_yet{-1};

std::size_t files_below(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) count += entry.is_regular_file();
  return count;
}

}  // namespace

TEST_CASE("an upload is there for its tenant, for whoever asks for none, and for no other tenant", "[store]") {
  TempDir folder;
  FileUploadStore store(folder.path().string());
  const UploadId of_acme = store.begin(acme).value()->commit()->id;
  const UploadId of_default = store.begin(default_tenant()).value()->commit()->id;
  CHECK(store.find(acme, of_acme));
  CHECK(store.open(of_acme, {}));
  CHECK(store.find(other, of_acme).error().code == Errc::not_found);
  CHECK(store.find(default_tenant(), of_acme).error().code == Errc::not_found);
  CHECK(store.find(default_tenant(), of_default));
  CHECK(store.find(acme, of_default).error().code == Errc::not_found);
  CHECK(store.find(acme, UploadId{"../" + of_acme.text}).error().code == Errc::not_found);
}

TEST_CASE("an upload goes with what says whose it was", "[store]") {
  TempDir folder;
  FileUploadStore store(folder.path().string());
  const UploadId id = store.begin(acme).value()->commit()->id;
  CHECK(files_below(folder.path()) == 2);
  CHECK(store.older_than(not_yet).value() == std::vector{id});
  REQUIRE(store.remove(id));
  CHECK(files_below(folder.path()) == 0);
}

TEST_CASE("what is left of an upload that never came to be is listed as one, and removed with it", "[store]") {
  TempDir folder;
  FileUploadStore store(folder.path().string());
  const UploadId id = store.begin(acme).value()->commit()->id;
  const std::string path = "uploads/" + id.text.substr(id.text.size() - 2) + "/" + id.text;
  REQUIRE(std::filesystem::remove(folder / path));
  CHECK(store.find(acme, id).error().code == Errc::not_found);
  CHECK(store.older_than(not_yet).value() == std::vector{id});
  REQUIRE(store.remove(id));
  CHECK(files_below(folder.path()) == 0);
}

TEST_CASE("an upload in parts stays its tenant's when it is whole, and when its note is swept", "[store]") {
  TempDir folder;
  FileUnfinishedUploads store(folder.path().string());
  FileUploadStore uploads(folder.path().string());
  const UploadId id = store.create({acme, 3}).value().id;
  CHECK(store.find(other, id).error().code == Errc::not_found);
  CHECK(store.append(other, id, 0).error().code == Errc::not_found);
  auto part = store.append(acme, id, 0).value();
  REQUIRE(part->write(std::string_view("abc")));
  REQUIRE(part->finish(std::nullopt));
  CHECK(uploads.find(acme, id));
  CHECK(uploads.find(other, id).error().code == Errc::not_found);
  REQUIRE(store.sweep(not_yet));
  CHECK(store.find(acme, id)->is_whole);
  CHECK(store.find(other, id).error().code == Errc::not_found);
  CHECK(store.find(default_tenant(), id).error().code == Errc::not_found);
}
