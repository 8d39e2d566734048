#include "base/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen;

TEST_CASE("a descriptor is closed by its last owner", "[fd]") {
  Fd first = memory_file("x").value();
  const int number = first.get();
  Fd second = std::move(first);
  CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move): that is the claim
  CHECK(second.get() == number);
  second.reset();
  CHECK(::fcntl(number, F_GETFD) == -1);
}

TEST_CASE("a file is read whole, within its limit", "[fd]") {
  test::TempDir folder;
  const std::string path = folder / "file";
  const std::string text(200'000, 'x');
  REQUIRE(write_file(path, text, 0600));
  CHECK(read_file(path, 200'000) == text);
  CHECK(read_file(path, 199'999).error().code == Errc::too_large);
  CHECK(read_file(folder / "none", 10).error().code == Errc::not_found);
}

TEST_CASE("a written file has its mode, replaces the old one, and leaves no draft", "[fd]") {
  test::TempDir folder;
  const std::string path = folder / "file";
  REQUIRE(write_file(path, "old", 0644));
  REQUIRE(write_file(path, "new", 0600));
  CHECK(read_file(path, 10) == "new");
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a file that cannot be written leaves no draft", "[fd]") {
  test::TempDir folder;
  const std::string path = folder / "file";
  std::filesystem::create_directory(path);
  CHECK_FALSE(write_file(path, "text", 0600));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a full disk is told apart from other failures", "[fd]") {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  CHECK(write_all(full, std::string_view("x")).error().code == Errc::unavailable);
  const Fd read_only(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK(write_all(read_only, std::string_view("x")).error().code == Errc::internal);
}

TEST_CASE("a file in memory starts at its beginning", "[fd]") {
  const Fd file = memory_file("bytes").value();
  CHECK(size_of(file) == 5U);
  CHECK(read_all(file, 10) == "bytes");
  CHECK(read_all(file, 10) == "");
}

TEST_CASE("a file can be read whole again and again", "[fd]") {
  const Fd file = memory_file("bytes").value();
  CHECK(read_whole(file, 10) == "bytes");
  CHECK(read_whole(file, 5) == "bytes");
  CHECK(read_whole(file, 4).error().code == Errc::too_large);
}
