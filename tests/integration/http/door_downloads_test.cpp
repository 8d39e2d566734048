// Finished reports, sent by the real route over real sockets from real files.
#include <fcntl.h>
#include <unistd.h>

#include "tests/integration/http/refusals.hpp"
#include "tests/integration/http/running_routes.hpp"
#include "tests/support/eventually.hpp"

using namespace platen;
using namespace platen::test;

namespace {

/// A succeeded job whose report is on disk.
class Report {
 public:
  Report(RunningRoutes& platen, std::size_t bytes) {
    Job job;
    job.id = new_job_id();
    job.state = JobState::succeeded;
    Artifact artifact;
    artifact.name = artifact_name({job.id, 1, "0123abcd", {}});
    artifact.sha256 = std::string(64, 'a');
    artifact.filename = "Orders.pdf";
    job.artifact = artifact;
    for (int i = 0; text_.size() < bytes; ++i) text_ += std::to_string(i) + "\n";
    const Fd file = platen.artifacts().create().value();
    REQUIRE(write_all(file, text_));
    REQUIRE(platen.artifacts().keep(file, artifact.name, {}));
    name_ = artifact.name;
    link_ = platen.signer().sign(job.tenant, job.id).path;
    platen.queue().jobs[job.id] = job;
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::string get(std::string_view lines = {}) const { return get_request(link_, lines); }
  [[nodiscard]] std::string head(const std::string& lines = {}) const {
    return "HEAD " + link_ + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  }

 private:
  std::string text_;
  std::string name_;
  std::string link_;
};

const std::string etag = "\"" + std::string(64, 'a') + "\"";
constexpr std::size_t small = 100'000;
constexpr std::size_t larger_than_buffers = std::size_t{32} * 1024 * 1024;

}  // namespace

TEST_CASE("a report is sent whole or in one range, as the client asks", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const Report report(platen, small);
  const std::string& text = report.text();
  const std::string all = std::to_string(text.size());
  struct Case {
    std::string lines;
    int status;
    std::string body;
    std::string content_range;
  };
  const std::string last = std::to_string(text.size() - 1);
  const std::vector<Case> cases{
      {"", 200, text, ""},
      {"Range: bytes=0-9\r\n", 206, text.substr(0, 10), "bytes 0-9/" + all},
      {"Range: bytes=99000-\r\n", 206, text.substr(99'000), "bytes 99000-" + last + "/" + all},
      {"Range: bytes=0-999999999\r\n", 206, text, "bytes 0-" + last + "/" + all},
      {"Range: bytes=-1\r\n", 206, text.substr(text.size() - 1), "bytes " + last + "-" + last + "/" + all},
      {"Range: bytes=0-0,5-6\r\n", 200, text, ""},
      {"Range: bytes=0-0\r\nRange: bytes=5-6\r\n", 200, text, ""},
      {"Range: lines=0-0\r\n", 200, text, ""},
      {"Range: bytes=9-0\r\n", 200, text, ""},
      {"Range: bytes=0-9\r\nIf-Range: " + etag + "\r\n", 206, text.substr(0, 10), "bytes 0-9/" + all},
      {"Range: bytes=0-9\r\nIf-Range: W/" + etag + "\r\n", 200, text, ""},
      {"Range: bytes=0-9\r\nIf-Range: \"other\"\r\n", 200, text, ""},
      {"Range: bytes=0-9\r\nIf-Range: Sat, 21 Nov 2026 12:00:00 GMT\r\n", 200, text, ""},
      {"If-None-Match: \"other\"\r\n", 200, text, ""},
  };
  RawHttp client = platen.connect();
  for (const Case& each : cases) {
    CAPTURE(each.lines);
    client.send(report.get(each.lines));
    const RawAnswer answer = client.answer();
    CHECK(answer.status == each.status);
    CHECK((answer.body == each.body));
    CHECK(answer.header("content-range") == each.content_range);
    CHECK(answer.header("etag") == etag);
    CHECK(answer.header("accept-ranges") == "bytes");
    CHECK(answer.header("x-content-type-options") == "nosniff");
    client.send(report.head(each.lines));
    const RawAnswer head = client.answer_to_head();
    CHECK(head.status == each.status);
    CHECK(head.header("content-length") == std::to_string(each.body.size()));
  }
  client.send(report.get("Range: bytes=" + all + "-\r\n"));
  const RawAnswer outside = client.answer();
  check_problem(outside, 416);
  CHECK(outside.header("content-range") == "bytes */" + all);
  client.send(report.get("If-None-Match: " + etag + "\r\nRange: bytes=0-9\r\n") + report.head("If-None-Match: *\r\n"));
  CHECK(client.answer().status == 304);
  CHECK(client.answer_to_head().status == 304);
}

TEST_CASE("a report that is removed while it is sent arrives whole", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const Report report(platen, larger_than_buffers);
  RawHttp client = platen.connect();
  client.send(report.get());
  const std::string begin = client.read(1000);
  REQUIRE(platen.artifacts().remove(report.name()));
  RawHttp later = platen.connect();
  later.send(report.get());
  check_problem(later.answer(), 410);
  const std::string rest = client.read(report.text().size() + begin.find("\r\n\r\n") + 4 - begin.size());
  CHECK((begin + rest).substr((begin + rest).find("\r\n\r\n") + 4) == report.text());
}

TEST_CASE("a report that is cut short on disk ends the connection, for its length was promised", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const Report report(platen, larger_than_buffers);
  RawHttp client = platen.connect();
  client.send(report.get());
  const std::string begin = client.read(1000);
  const std::string stem = report.name().substr(0, report.name().find('.'));
  const std::string path = folder / ("artifacts/" + stem.substr(stem.size() - 2) + "/" + report.name());
  REQUIRE(::truncate(path.c_str(), 10) == 0);
  CHECK(begin.size() + client.read_to_end().size() < report.text().size());
  eventually([&] { return platen.stats().connections == 0; });
}

TEST_CASE("500 downloads that nobody reads leave a fresh request its answer, and end with their clients", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const Report report(platen, larger_than_buffers);
  {
    std::vector<RawHttp> slow;
    for (int i = 0; i < 500; ++i) {
      slow.push_back(platen.connect());
      slow.back().send(report.get());
    }
    for (RawHttp& each : slow) CHECK(each.read(12) == "HTTP/1.1 200");
    RawHttp fresh = platen.connect();
    fresh.send(get_request("/livez"));
    CHECK(fresh.answer().status == 200);
    CHECK(platen.stats().connections == 501);
  }
  eventually([&] { return platen.stats().connections == 0; });
}
