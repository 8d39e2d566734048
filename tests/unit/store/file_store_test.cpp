#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/crypto.hpp"
#include "store/file_artifact_store.hpp"
#include "store/file_tree.hpp"
#include "store/file_upload_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace std::chrono_literals;
using namespace platen;
using platen::test::TempDir;

namespace {

constexpr std::size_t any_bytes = 64UL * 1024 * 1024;
/// So old that every file counts: the present second included.
constexpr auto not_yet = -10s;

std::size_t files_below(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) count += entry.is_regular_file();
  return count;
}

std::string text_of(const Result<Fd>& file) {
  REQUIRE(file);
  return read_all(*file, any_bytes).value();
}

unsigned mode_of(const std::filesystem::path& path) {
  return static_cast<unsigned>(std::filesystem::status(path).permissions());
}

/// A file system of its own and of one size; only root may have it, and not in every sandbox.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& options)
      : mounted_(::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, options.c_str()) == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool is_mounted() const { return mounted_; }
  [[nodiscard]] std::string path() const { return folder_.path().string(); }

 private:
  TempDir folder_;
  bool mounted_;
};

const std::string a_name = "job_001234567890abcdefghjkmnpqr.7-0123abcd.pdf";

}  // namespace

TEST_CASE("an upload that is committed can be read whole", "[store]") {
  TempDir folder;
  FileUploadStore store(folder.path().string());
  auto writer = store.begin(default_tenant()).value();
  REQUIRE(writer->write(std::string_view("order;total\n")));
  REQUIRE(writer->write(std::string_view("1;9,5\n")));
  const Upload upload = writer->commit().value();
  CHECK(upload.bytes == 18);
  Sha256 hash;
  hash.update(std::string_view("order;total\n1;9,5\n"));
  CHECK(upload.sha256 == hex(hash.finish()));
  CHECK(text_of(store.open(upload.id, {})) == "order;total\n1;9,5\n");
}

TEST_CASE("an upload is invisible until it is committed, and abandoned ones leave nothing", "[store]") {
  TempDir folder;
  FileUploadStore store(folder.path().string());
  auto writer = store.begin(default_tenant()).value();
  REQUIRE(writer->write(std::string_view("half")));
  CHECK(files_below(folder.path()) == 0);
  CHECK(store.older_than(not_yet).value().empty());
  writer.reset();
  CHECK(files_below(folder.path()) == 0);
}

TEST_CASE("an upload is committed once", "[store]") {
  TempDir folder;
  FileUploadStore store(folder.path().string());
  auto writer = store.begin(default_tenant()).value();
  REQUIRE(writer->commit());
  CHECK(writer->commit().error().code == Errc::internal);
  CHECK(writer->write(std::string_view("late")).error().code == Errc::internal);
}

TEST_CASE("an upload that is not there, or whose id leads elsewhere, is not found", "[store]") {
  TempDir folder;
  FileUploadStore store(folder.path().string());
  REQUIRE(write_file(folder / "secret", "s", 0600));
  for (const std::string& id : {new_upload_id().text, std::string("../secret"), std::string("upl_../../secret"),
                                std::string(), std::string("upl_"), std::string("upl_01234567890abcdefghjkm/qrs")}) {
    CAPTURE(id);
    CHECK(store.open({id}, {}).error().code == Errc::not_found);
    CHECK(store.remove({id}));
  }
  CHECK(files_below(folder.path()) == 1);
}

TEST_CASE("removing an upload twice is no error", "[store]") {
  TempDir folder;
  FileUploadStore store(folder.path().string());
  const Upload upload = store.begin(default_tenant()).value()->commit().value();
  CHECK(store.remove(upload.id));
  CHECK(store.remove(upload.id));
  CHECK(store.open(upload.id, {}).error().code == Errc::not_found);
}

TEST_CASE("uploads are listed once they are old enough", "[store]") {
  TempDir folder;
  FileUploadStore store(folder.path().string());
  const Upload first = store.begin(default_tenant()).value()->commit().value();
  const Upload second = store.begin(default_tenant()).value()->commit().value();
  CHECK(store.older_than(1h).value().empty());
  const timespec long_ago[2] = {{.tv_sec = 1'000'000, .tv_nsec = 0}, {.tv_sec = 1'000'000, .tv_nsec = 0}};
  REQUIRE(::futimens(store.open(second.id, {})->get(), long_ago) == 0);
  CHECK(store.older_than(1h).value() == std::vector{second.id});
  CHECK(store.older_than(not_yet).value().size() == 2);
}

TEST_CASE("a listing is bounded, and others come up in time", "[store]") {
  TempDir folder;
  const FileTree tree(folder / "tree");
  for (int i = 0; i < 40; ++i) REQUIRE(tree.keep(*tree.create(), "file" + std::to_string(10 + i)));
  std::vector<std::string> seen;
  for (int turn = 0; turn < 1000 && seen.size() < 40; ++turn) {
    const auto names = tree.older_than(not_yet, 3).value();
    CHECK(names.size() == 3);
    for (const std::string& name : names)
      if (std::find(seen.begin(), seen.end(), name) == seen.end()) seen.push_back(name);
  }
  CHECK(seen.size() == 40);
}

TEST_CASE("an artifact has its name only once it is kept, and can be kept again", "[store]") {
  TempDir folder;
  FileArtifactStore store(folder.path().string());
  const Fd file = store.create().value();
  REQUIRE(write_all(file, std::string_view("%PDF")));
  CHECK(store.open(a_name).error().code == Errc::not_found);
  CHECK(files_below(folder.path()) == 0);
  REQUIRE(store.keep(file, a_name, {}));
  REQUIRE(store.keep(file, a_name, {}));
  CHECK(text_of(store.open(a_name)) == "%PDF");
  CHECK(store.older_than(not_yet).value() == std::vector{a_name});
  REQUIRE(store.remove(a_name));
  REQUIRE(store.remove(a_name));
  CHECK(files_below(folder.path()) == 0);
}

TEST_CASE("an artifact never takes another's name", "[store]") {
  TempDir folder;
  FileArtifactStore store(folder.path().string());
  const Fd first = store.create().value();
  const Fd second = store.create().value();
  REQUIRE(write_all(first, std::string_view("first")));
  REQUIRE(store.keep(first, a_name, {}));
  CHECK(store.keep(second, a_name, {}).error().code == Errc::conflict);
  CHECK(text_of(store.open(a_name)) == "first");
}

TEST_CASE("an artifact's name is a job's id, a token, a bit of a nonce and an ending, and nothing else", "[store]") {
  const JobId job = new_job_id();
  CHECK(job_of_artifact(artifact_name({job, 42, "0123456789abcdef", {}})) == job);
  CHECK(job_of_artifact(a_name));
  for (const std::string& name : {job.text,
                                  job.text + ".pdf",
                                  job.text + ".-0123abcd.pdf",
                                  job.text + ".07-0123abcd.pdf",
                                  job.text + ".-1-0123abcd.pdf",
                                  job.text + ".1-0123abcd.pdf.pdf",
                                  job.text + ".1-0123abcd.PDF",
                                  job.text + ".1 -0123abcd.pdf",
                                  job.text + ".1-0123abcd.pdf/",
                                  job.text + ".1.pdf",
                                  job.text + ".1-.pdf",
                                  job.text + ".1",
                                  job.text + ".1-",
                                  job.text + ".1-0123ABCD.pdf",
                                  job.text + ".1-0123abc.pdf",
                                  job.text + ".1-0123abcd0.pdf",
                                  job.text + ".1-../../..pdf",
                                  job.text + ".99999999999999999999-0123abcd.pdf",
                                  "../" + job.text + ".1-0123abcd.pdf",
                                  std::string(".1-0123abcd.pdf"),
                                  std::string(),
                                  job.text + ".1-0123abcd.pdf" + std::string(1, '\0')}) {
    CAPTURE(name);
    CHECK_FALSE(job_of_artifact(name));
  }
  TempDir folder;
  FileArtifactStore store(folder.path().string());
  CHECK(store.keep(store.create().value(), "../x", {}).error().code == Errc::internal);
  CHECK(store.open("../x").error().code == Errc::not_found);
  CHECK(store.remove("../x"));
}

TEST_CASE("the group may read files and change folders, and others may do nothing", "[store]") {
  TempDir folder;
  const mode_t before = ::umask(0007);
  const std::string data_dir = folder / "data";
  FileArtifactStore store(data_dir);
  const bool kept = store.keep(store.create().value(), a_name, {}).has_value();
  ::umask(before);
  REQUIRE(kept);
  const std::filesystem::path artifacts = std::filesystem::path(data_dir) / "artifacts";
  CHECK(mode_of(artifacts) == 0770);
  CHECK(mode_of(artifacts / "qr") == 0770);
  CHECK(mode_of(artifacts / "qr" / a_name) == 0640);
}

TEST_CASE("where files must have names, drafts vanish when kept and are swept when old", "[store]") {
  TempDir folder;
  const FileTree tree(folder / "tree", FileTree::Drafts::named);
  const Fd kept = tree.create().value();
  REQUIRE(write_all(kept, std::string_view("kept")));
  REQUIRE(tree.keep(kept, "file10"));
  REQUIRE(tree.keep(kept, "file10"));
  CHECK(files_below(folder.path()) == 1);
  CHECK(text_of(tree.open("file10")) == "kept");
  REQUIRE(tree.create());
  REQUIRE(tree.check());
  CHECK(files_below(folder.path()) == 2);
  CHECK(tree.older_than(1h, 10).value().empty());
  CHECK(files_below(folder.path()) == 2);
  CHECK(tree.older_than(not_yet, 10).value() == std::vector<std::string>{"file10"});
  CHECK(files_below(folder.path()) == 1);
}

TEST_CASE("a full disk is unavailable, in words, and a torn upload cannot be committed", "[store]") {
  const SmallDisk disk("size=1m");
  if (!disk.is_mounted()) {
    WARN("skipped: no right to mount a file system");
    return;
  }
  FileUploadStore store(disk.path());
  CHECK(store.check());
  auto writer = store.begin(default_tenant()).value();
  const std::string much(4 * 1024 * 1024, 'x');
  const auto written = writer->write(much);
  REQUIRE_FALSE(written);
  CHECK(written.error() == Error{Errc::unavailable, "The disk is full. Free some space and try again."});
  CHECK_FALSE(writer->commit());
  writer.reset();
  CHECK(store.check());  // what was written is gone

  FileArtifactStore artifacts(disk.path());
  const Fd file = artifacts.create().value();
  CHECK(write_all(file, much).error().code == Errc::unavailable);
  CHECK(artifacts.check().error().code == Errc::unavailable);
}

TEST_CASE("a disk that may not be written is unavailable", "[store]") {
  const SmallDisk disk("size=1m");
  if (!disk.is_mounted()) {
    WARN("skipped: no right to mount a file system");
    return;
  }
  FileUploadStore store(disk.path());
  REQUIRE(::mount(nullptr, disk.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0);
  CHECK(store.check().error().code == Errc::unavailable);
  CHECK(store.begin(default_tenant()).error().code == Errc::unavailable);
}

TEST_CASE("a data folder that cannot be made stops the start with its name", "[store]") {
  TempDir folder;
  REQUIRE(write_file(folder / "data", "a file", 0600));
  CHECK_THROWS_WITH(FileUploadStore(folder / "data"), test::has_text(folder / "data"));
}
