// Large files, sent by real clients over connections that break.
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"
#include "tests/support/raw_http.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

constexpr std::size_t megabyte = std::size_t{1024} * 1024;

std::string random_file(const std::string& path, std::size_t megabytes) {
  REQUIRE(run({"dd", "if=/dev/urandom", "of=" + path, "bs=1M", "count=" + std::to_string(megabytes)}).exit_code == 0);
  return run({"sha256sum", path}).out.substr(0, 64);
}

/// The most that a process ever had in memory.
std::size_t peak_bytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) * 1024;
  return 0;
}

std::size_t offset_of(const std::string& url) {
  const std::string head = curl({"-I", url});
  const std::size_t at = head.find("Upload-Offset: ");
  REQUIRE(at != std::string::npos);
  return std::stoul(head.substr(at + 15));
}

std::string announce(const Installation& platen, std::size_t bytes) {
  const std::string created =
      curl({"-X", "POST", "-H", "Upload-Length: " + std::to_string(bytes), platen.url() + "/v1/uploads"});
  const std::string id = text_field(created, "id");
  REQUIRE_FALSE(id.empty());
  return platen.url() + "/v1/uploads/" + id;
}

/// curl, sending the rest of a file.
Background sending(const std::string& file, std::size_t offset, const std::string& url, const std::string& rate) {
  return Background({"curl", "-sS", "--limit-rate", rate, "-C", std::to_string(offset), "-T", file, url});
}

}  // namespace

TEST_CASE("300 MB through a curl that is killed again and again arrive as they are, in constant memory") {
  Installation platen({.has_worker = false});
  const std::string file = platen.folder() / "large";
  constexpr std::size_t bytes = 300 * megabyte;
  const std::string sha256 = random_file(file, bytes / megabyte);
  const std::string url = announce(platen, bytes);
  const std::size_t before = peak_bytes(platen.front().pid());
  std::mt19937 random(7);
  for (std::size_t offset = 0, cut = 0; cut < 6; ++cut) {
    const std::size_t target = offset + 1 + random() % (bytes / 8);
    Background curl_process = sending(file, offset, url, "200M");
    eventually([&] { return offset_of(url) >= target; });
    curl_process.process().signal(SIGKILL);
    (void)curl_process.process().wait(patience);
    if (cut == 3) {  // and the front end with it, once
      platen.front().signal(SIGKILL);
      REQUIRE(platen.front().wait(patience));
      platen.start_front();
    }
    // The connection's end is noticed a moment later: until then the upload is somebody's.
    eventually([&] {
      return run({"curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PUT", "-H",
                  "Content-Range: bytes */" + std::to_string(bytes), url})
                 .out == "200";
    });
    const std::size_t now = offset_of(url);
    CHECK(now >= target);
    offset = now;
  }
  const std::size_t offset = offset_of(url);
  const Output last = sending(file, offset, url, "1000M").finish();
  INFO(last.out << last.err << platen.logs());
  CHECK(text_field(last.out, "sha256") == sha256);
  CHECK(last.out.find("\"bytes\":" + std::to_string(bytes)) != std::string::npos);
  CHECK(peak_bytes(platen.front().pid()) < before + 32 * megabyte);
}

TEST_CASE("platen upload goes on by itself when the front end is killed and started again") {
  Installation platen({.has_worker = false});
  const std::string file = platen.folder() / "large";
  const std::string sha256 = random_file(file, 200);
  Background upload({std::string(PLATEN_BINARIES) + "/platen", "upload", file, "--server", platen.url()});
  const std::filesystem::path unfinished = platen.folder() / "data/unfinished";
  const auto arrived = [&] {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(unfinished))
      bytes = std::max(bytes, entry.file_size());
    return bytes;
  };
  eventually([&] { return arrived() > 4 * megabyte; });
  platen.front().signal(SIGKILL);
  REQUIRE(platen.front().wait(patience));
  platen.start_front();
  const Output output = upload.finish();
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  const std::string id = output.out.substr(0, output.out.find('\n'));
  CHECK(text_field(curl({platen.url() + "/v1/uploads/" + id}), "sha256") == sha256);
  CHECK(output.err.find("trying again") != std::string::npos);
}

TEST_CASE("a front end that is asked to stop finishes what is under way, tells its streams, and takes no more") {
  Installation platen({.has_worker = false});
  const std::string created =
      curl({"-H", "Content-Type: application/json", "-d", R"({"report":{"title":"a"},"data":{"rows":[{"a":1}]}})",
            platen.url() + "/v1/jobs"});
  const std::string job = platen.url() + "/v1/jobs/" + text_field(created, "id");
  Background watching({"curl", "-sSN", job + "/events"});
  eventually([&] { return watching.out().find("event: queued") != std::string::npos; });
  RawHttp idle(platen.port());
  idle.send(get_request("/livez"));
  REQUIRE(idle.answer().status == 200);
  RawHttp uploading(platen.port());
  uploading.send("POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" +
                 std::string(50'000, 'x'));
  RawHttp posting(platen.port());
  const std::string job_request =
      post_request("/v1/jobs", "application/json", R"({"report":{"title":"a"},"data":{"rows":[{"a":1}]}})");
  posting.send(job_request.substr(0, job_request.size() - 20));
  // Both are being read before the signal comes.
  RawHttp after_them(platen.port());
  after_them.send(get_request("/livez", "Connection: close\r\n"));
  REQUIRE(after_them.answer().status == 200);

  platen.front().signal(SIGTERM);
  CHECK(idle.is_closed());
  eventually([&] {
    try {
      RawHttp late(platen.port());
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  });
  const Output stream = watching.finish();
  CHECK(stream.exit_code == 0);  // an orderly end, which EventSource takes as one to come back from
  CHECK(stream.out.rfind("retry: ") > stream.out.rfind("event: "));
  uploading.send(std::string(50'000, 'x'));
  const RawAnswer upload = uploading.answer();
  CHECK(upload.status == 201);
  CHECK(uploading.is_closed());
  posting.send(job_request.substr(job_request.size() - 20));
  CHECK(posting.answer().status == 202);
  const auto status = platen.front().wait(patience);
  REQUIRE(status.has_value());
  CHECK(*status == 0);
}

TEST_CASE("a front end that is asked to stop waits no longer than it was told, and keeps the part that it had") {
  Installation platen({.has_worker = false, .front_arguments = {"--drain-timeout", "1s"}});
  const std::string url = announce(platen, 100'000);
  const std::string path = url.substr(platen.url().size());
  RawHttp stuck(platen.port());
  stuck.send("PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" +
             std::string(50'000, 'x'));
  eventually([&] { return offset_of(url) == 50'000; });
  RawHttp half(platen.port());
  half.send("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n");
  platen.front().signal(SIGTERM);
  const auto status = platen.front().wait(patience);
  REQUIRE(status.has_value());
  CHECK(*status == 0);
  platen.start_front();
  CHECK(offset_of(url) == 50'000);
}
