#include "cli/output_file.hpp"

#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen;
using namespace platen::cli;

TEST_CASE("a file appears only when it is whole", "[cli]") {
  const test::TempDir folder;
  const std::string path = folder / "out.pdf";
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(folder.path()), std::filesystem::directory_iterator());
  };
  {
    auto file = OutputFile::create(path);
    REQUIRE(file);
    REQUIRE(file->write("half"));
    CHECK_FALSE(std::filesystem::exists(path));
  }
  CHECK(files() == 0);
  auto file = OutputFile::create(path);
  REQUIRE(file);
  REQUIRE(file->write("whole"));
  REQUIRE(file->finish());
  CHECK(read_file(path, 100).value() == "whole");
  CHECK(files() == 1);
}

TEST_CASE("where no file can be made is told before the work", "[cli]") {
  const test::TempDir folder;
  CHECK(check_output(folder / "a.pdf"));
  CHECK(check_output("-"));
  CHECK(check_output("/dev/null"));
  CHECK_FALSE(check_output(folder / "no/such/a.pdf"));
  CHECK_FALSE(check_output(folder.path().string()));
}
