#include "base/file_hash.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <span>

#include "base/crypto.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

namespace {

constexpr std::string_view text = "a;b\n1;2\n";

Fd written(const TempDir& folder) {
  const std::string path = folder / "file";
  REQUIRE(write_file(path, text, 0644));
  Fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(file);
  return file;
}

std::string hash_of_text() {
  Sha256 hash;
  hash.update(std::span(text.data(), text.size()));
  return hex(hash.finish());
}

}  // namespace

TEST_CASE("a file's hash is that of all its bytes, wherever the descriptor stands", "[hash]") {
  const TempDir folder;
  const Fd file = written(folder);
  REQUIRE(::lseek(file.get(), 3, SEEK_SET) == 3);
  CHECK(sha256_of(file) == hash_of_text());
  CHECK(content_hash(file) == hash_of_text());
}

TEST_CASE("a hash that was noted is found again, or made anew where none can be kept", "[hash]") {
  const TempDir folder;
  const Fd file = written(folder);
  note_content_hash(file, hash_of_text());
  CHECK(content_hash(file) == hash_of_text());
}

}  // namespace platen::test
