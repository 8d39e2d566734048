// Uploads that arrive in parts: what is kept, by whom it is found, when it goes.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/crypto.hpp"
#include "store/file_unfinished_uploads.hpp"
#include "store/file_upload_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace std::chrono_literals;
using namespace platen;
using platen::test::TempDir;

namespace {

const Tenant tenant = default_tenant();

std::string sha256_of(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hex(hash.finish());
}

Error error_of_append(UnfinishedUploads& store, const UploadId& id, std::uint64_t offset) {
  auto part = store.append(tenant, id, offset);
  REQUIRE_FALSE(part.has_value());
  return part.error();
}

UploadProgress send(UnfinishedUploads& store, const UploadId& id, std::uint64_t offset, std::string_view bytes) {
  auto part = store.append(tenant, id, offset).value();
  REQUIRE(part->write(bytes));
  return part->finish(std::nullopt).value();
}

void make_old(const std::filesystem::path& folder) {
  const timespec long_ago[2] = {{.tv_sec = 1'000'000, .tv_nsec = 0}, {.tv_sec = 1'000'000, .tv_nsec = 0}};
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    REQUIRE(::utimensat(AT_FDCWD, entry.path().c_str(), long_ago, 0) == 0);
}

std::size_t files_in(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator entries(folder);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace

TEST_CASE("an upload in parts becomes one like any other, and its digest is that of the whole", "[store]") {
  TempDir folder;
  FileUnfinishedUploads store(folder.path().string());
  FileUploadStore uploads(folder.path().string());
  const UploadId id = store.create({tenant, 10}).value().id;
  CHECK(store.find(tenant, id)->offset == 0);
  CHECK(send(store, id, 0, "0123").offset == 4);
  CHECK(uploads.open(id, {}).error().code == Errc::not_found);
  const auto halfway = send(store, id, 4, "456");
  CHECK(halfway.offset == 7);
  CHECK(halfway.length == 10);
  CHECK_FALSE(halfway.is_whole);
  const auto whole = send(store, id, 7, "789");
  CHECK(whole.is_whole);
  CHECK(whole.sha256 == sha256_of("0123456789"));
  CHECK(read_all(*uploads.open(id, {}), 100).value() == "0123456789");
  const auto later = store.find(tenant, id).value();
  CHECK(later.is_whole);
  CHECK(later.sha256 == whole.sha256);
  CHECK(error_of_append(store, id, 10).code == Errc::conflict);
  CHECK(store.discard(tenant, id).error().code == Errc::conflict);
}

TEST_CASE("a part that breaks off keeps what arrived, for this process and the next", "[store]") {
  TempDir folder;
  std::string data;
  while (data.size() < 700'000) data += std::to_string(data.size()) + ",";
  UploadId id;
  {
    FileUnfinishedUploads store(folder.path().string());
    id = store.create({tenant, data.size()}).value().id;
  }
  // Parts of odd sizes: none ends where the hash's blocks do.
  std::size_t offset = 0;
  for (std::size_t size = 1; offset + size < data.size(); size = size * 3 + 1) {
    FileUnfinishedUploads store(folder.path().string());
    auto part = store.append(tenant, id, offset).value();
    REQUIRE(part->write(std::string_view(data).substr(offset, size)));
    offset += size;
    part.reset();  // the client left
    CHECK(store.find(tenant, id)->offset == offset);
  }
  FileUnfinishedUploads store(folder.path().string());
  CHECK(send(store, id, offset, data.substr(offset)).sha256 == sha256_of(data));
}

TEST_CASE("bytes that a killed process had written but not noted count, and those it had noted but lost do not",
          "[store]") {
  TempDir folder;
  FileUnfinishedUploads store(folder.path().string());
  const UploadId id = store.create({tenant, 10}).value().id;
  CHECK(send(store, id, 0, "0123").offset == 4);
  const std::string path = folder / ("unfinished/" + id.text);
  const auto append_behind_its_back = [&](std::string_view bytes) {
    const Fd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    REQUIRE(write_all(file, bytes));
  };
  append_behind_its_back("45");
  CHECK(store.find(tenant, id)->offset == 6);
  CHECK(send(store, id, 6, "67").offset == 8);
  REQUIRE(::truncate(path.c_str(), 2) == 0);
  CHECK(store.find(tenant, id)->offset == 2);
  CHECK(send(store, id, 2, "23456789").sha256 == sha256_of("0123456789"));
}

TEST_CASE("a gap, an overlap and a second sender are conflicts that say where to go on", "[store]") {
  TempDir folder;
  FileUnfinishedUploads store(folder.path().string());
  FileUnfinishedUploads other_front_end(folder.path().string());
  const UploadId id = store.create({tenant, 10}).value().id;
  (void)send(store, id, 0, "0123");
  for (const std::uint64_t offset : {0, 3, 5, 10}) {
    const Error error = error_of_append(store, id, offset);
    CHECK(error.code == Errc::conflict);
    CHECK(error.detail.find("4 bytes") != std::string::npos);
  }
  auto part = store.append(tenant, id, 4).value();
  CHECK(error_of_append(store, id, 4).code == Errc::conflict);
  CHECK(error_of_append(other_front_end, id, 4).code == Errc::conflict);
  CHECK(other_front_end.discard(tenant, id).error().code == Errc::conflict);
  part.reset();
  CHECK(other_front_end.append(tenant, id, 4).has_value());
}

TEST_CASE("a part can be taken back", "[store]") {
  TempDir folder;
  FileUnfinishedUploads store(folder.path().string());
  const UploadId id = store.create({tenant, 10}).value().id;
  (void)send(store, id, 0, "01");
  auto part = store.append(tenant, id, 2).value();
  REQUIRE(part->write(std::string_view("wrong")));
  REQUIRE(part->withdraw());
  CHECK(part->write(std::string_view("late")).error().code == Errc::internal);
  part.reset();
  CHECK(store.find(tenant, id)->offset == 2);
  CHECK(send(store, id, 2, "23456789").sha256 == sha256_of("0123456789"));
}

TEST_CASE("a whole that is not what was announced is removed", "[store]") {
  TempDir folder;
  FileUnfinishedUploads store(folder.path().string());
  FileUploadStore uploads(folder.path().string());
  for (const bool at_first : {true, false}) {
    CAPTURE(at_first);
    const auto announced = std::optional(sha256_of("right"));
    const UploadId id = store.create({tenant, 5, at_first ? announced : std::nullopt}).value().id;
    auto part = store.append(tenant, id, 0).value();
    REQUIRE(part->write(std::string_view("wrong")));
    const auto finished = part->finish(at_first ? std::nullopt : announced);
    REQUIRE_FALSE(finished.has_value());
    CHECK(finished.error().code == Errc::bad_data);
    CHECK(finished.error().detail.find(sha256_of("wrong")) != std::string::npos);
    part.reset();
    CHECK(store.find(tenant, id).error().code == Errc::not_found);
    CHECK(uploads.open(id, {}).error().code == Errc::not_found);
    CHECK(files_in(folder / "unfinished") == 0);
  }
}

TEST_CASE("uploads are their tenant's, and ids that are none lead nowhere", "[store]") {
  TempDir folder;
  FileUnfinishedUploads store(folder.path().string());
  const UploadId id = store.create({tenant, 10}).value().id;
  const Tenant other{"other"};
  CHECK(store.find(other, id).error().code == Errc::not_found);
  CHECK(store.append(other, id, 0).error().code == Errc::not_found);
  CHECK(store.discard(other, id).error().code == Errc::not_found);
  for (const std::string& text : {std::string("../secret"), std::string(), new_upload_id().text}) {
    CAPTURE(text);
    CHECK(store.find(tenant, {text}).error().code == Errc::not_found);
    CHECK(store.append(tenant, {text}, 0).error().code == Errc::not_found);
    CHECK(store.discard(tenant, {text}).error().code == Errc::not_found);
  }
  CHECK(store.discard(tenant, id));
  CHECK(files_in(folder / "unfinished") == 0);
}

TEST_CASE("an upload that was sent in one request is whole", "[store]") {
  TempDir folder;
  FileUnfinishedUploads store(folder.path().string());
  FileUploadStore uploads(folder.path().string());
  auto writer = uploads.begin(default_tenant()).value();
  REQUIRE(writer->write(std::string_view("abc")));
  const UploadId id = writer->commit().value().id;
  const auto found = store.find(tenant, id).value();
  CHECK(found.is_whole);
  CHECK(found.offset == 3);
  CHECK(found.length == 3);
}

TEST_CASE("there is room for so many unfinished uploads", "[store]") {
  TempDir folder;
  FileUnfinishedUploads store(folder.path().string(), 2);
  const UploadId id = store.create({tenant, 1}).value().id;
  REQUIRE(store.create({tenant, 1}));
  CHECK(store.create({tenant, 1}).error().code == Errc::busy);
  CHECK(send(store, id, 0, "x").is_whole);  // which gives its place back
  CHECK(store.create({tenant, 1}));
}

TEST_CASE("half-uploads are swept by age, and not while somebody sends", "[store]") {
  TempDir folder;
  FileUnfinishedUploads store(folder.path().string());
  const UploadId sending = store.create({tenant, 10}).value().id;
  const UploadId left = store.create({tenant, 10}).value().id;
  const UploadId whole = store.create({tenant, 1}).value().id;
  CHECK(send(store, whole, 0, "x").is_whole);
  CHECK(store.sweep(1h).value() == 0);
  auto part = store.append(tenant, sending, 0).value();
  make_old(folder / "unfinished");
  CHECK(store.sweep(1h).value() == 1);
  CHECK(store.find(tenant, left).error().code == Errc::not_found);
  CHECK(store.find(tenant, sending).has_value());
  CHECK(store.find(tenant, whole)->is_whole);  // the upload stays
  CHECK(files_in(folder / "unfinished") == 2);
  REQUIRE(part->write(std::string_view("01")));
  part.reset();
  CHECK(store.sweep(1h).value() == 0);
}
