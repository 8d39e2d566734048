// Uploads that arrive in parts, over real sockets and onto a real disk.
#include <sys/mount.h>

#include "base/crypto.hpp"
#include "tests/integration/http/refusals.hpp"
#include "tests/integration/http/running_routes.hpp"
#include "tests/support/eventually.hpp"

using namespace platen;
using namespace platen::test;

namespace {

Digest sha256_of(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

std::string digest_field(const std::string& name, std::string_view text) {
  return name + ": sha-256=:" + base64(sha256_of(text)) + ":\r\n";
}

std::string some_data(std::size_t bytes) {
  std::string data;
  while (data.size() < bytes) data += std::to_string(data.size()) + ",";
  return data.substr(0, bytes);
}

std::string json_of(const std::string& id, const std::string& data) {
  return "{\"id\":\"" + id + "\",\"bytes\":" + std::to_string(data.size()) + ",\"sha256\":\"" + hex(sha256_of(data)) +
         "\"}";
}

/// `Content-Range` of the bytes from `first` on, `size` of them.
std::string range(std::size_t first, std::size_t size, std::size_t total) {
  return "Content-Range: bytes " + std::to_string(first) + "-" + std::to_string(first + size - 1) + "/" +
         std::to_string(total) + "\r\n";
}

/// One upload and what a client does with it.
class Client {
 public:
  Client(RunningRoutes& platen, std::size_t length, const std::string& lines = {}) : platen_(platen), length_(length) {
    RawHttp client = platen.connect();
    client.send("POST /v1/uploads HTTP/1.1\r\nHost: a\r\nUpload-Length: " + std::to_string(length) +
                "\r\nContent-Length: 0\r\n" + lines + "\r\n");
    const RawAnswer answer = client.answer();
    REQUIRE(answer.status == 201);
    CHECK(answer.header("upload-offset") == "0");
    CHECK(answer.header("upload-complete") == "?0");
    path_ = answer.header("location");
    REQUIRE(path_.starts_with("/v1/uploads/upl_"));
  }
  [[nodiscard]] std::string id() const { return path_.substr(path_.rfind('/') + 1); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string put(const std::string& lines, std::string_view body) const {
    return put_head(lines + "Content-Length: " + std::to_string(body.size()) + "\r\n").append(body);
  }
  [[nodiscard]] std::string put_head(const std::string& lines) const {
    return "PUT " + path_ + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  }
  [[nodiscard]] RawAnswer send(const std::string& bytes) const {
    RawHttp client = platen_.connect();
    client.send_what_goes(bytes);
    return client.answer();
  }
  [[nodiscard]] RawAnswer send_part(std::size_t first, std::string_view bytes, const std::string& lines = {}) const {
    return send(put(range(first, bytes.size(), length_) + lines, bytes));
  }
  [[nodiscard]] RawAnswer head() const {
    RawHttp client = platen_.connect();
    client.send("HEAD " + path_ + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return client.answer_to_head();
  }
  [[nodiscard]] std::size_t offset() const { return std::stoul(head().header("upload-offset")); }
  [[nodiscard]] std::string kept() const {
    const auto file = platen_.uploads().open({id()}, {});
    return file ? read_all(*file, std::size_t{1} << 30U).value() : "nothing";
  }

 private:
  RunningRoutes& platen_;
  std::size_t length_;
  std::string path_;
};

}  // namespace

TEST_CASE("an upload is filled part by part, and then is one like any other", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const std::string data = some_data(300'000);
  const Client upload(platen, data.size());
  const RawAnswer first = upload.send_part(0, data.substr(0, 100'000));
  CHECK(first.status == 200);
  CHECK(first.header("upload-offset") == "100000");
  CHECK(first.header("upload-length") == "300000");
  CHECK(first.body == "{\"id\":\"" + upload.id() + "\",\"offset\":100000,\"length\":300000}");
  CHECK(upload.head().header("upload-complete") == "?0");
  CHECK(upload.head().header("cache-control") == "no-store");
  const RawAnswer last = upload.send_part(100'000, data.substr(100'000));
  CHECK(last.status == 201);
  CHECK(last.body == json_of(upload.id(), data));
  CHECK((upload.kept() == data));
  // A client that missed the answer asks.
  CHECK(upload.head().header("upload-complete") == "?1");
  CHECK(upload.send(get_request(upload.path())).body == json_of(upload.id(), data));
  const RawAnswer again = upload.send_part(100'000, data.substr(100'000));
  check_problem(again, 409);
  CHECK(again.header("upload-offset") == "300000");
}

TEST_CASE("a whole file in one PUT needs no Content-Range, chunked or not", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const std::string data = some_data(1000);
  const Client plain(platen, data.size());
  CHECK(plain.send(plain.put("", data)).body == json_of(plain.id(), data));
  const Client chunked(platen, data.size());
  CHECK(chunked.send(chunked.put_head("Transfer-Encoding: chunked\r\n") + "3e8\r\n" + data + "\r\n0\r\n\r\n").body ==
        json_of(chunked.id(), data));
}

TEST_CASE("a part is kept as far as it came, wherever it breaks off, over a restart too", "[door]") {
  TempDir folder;
  const std::string data = some_data(400'000);
  std::string path;
  std::size_t sent = 0;
  {
    RunningRoutes platen(folder.path().string());
    const Client upload(platen, data.size());
    path = upload.path();
    for (const bool reset : {false, true}) {
      RawHttp client = platen.connect();
      client.send(upload.put_head(range(sent, data.size() - sent, data.size()) +
                                  "Content-Length: " + std::to_string(data.size() - sent) + "\r\n") +
                  data.substr(sent, 77'777));
      sent += 77'777;
      eventually([&] { return upload.offset() == sent; });
      reset ? client.abort() : client.finish_sending();
      eventually([&] { return platen.stats().connections == 0; });
      CHECK(upload.offset() == sent);
    }
  }
  RunningRoutes platen(folder.path().string());  // another front end
  RawHttp client = platen.connect();
  client.send("PUT " + path + " HTTP/1.1\r\nHost: a\r\n" + range(sent, data.size() - sent, data.size()) +
              "Content-Length: " + std::to_string(data.size() - sent) + "\r\n\r\n" + data.substr(sent) +
              get_request("/livez"));
  CHECK(client.answer().body == json_of(path.substr(path.rfind('/') + 1), data));
  CHECK(client.answer().status == 200);  // and the connection goes on
}

TEST_CASE("what came of a part in a last moment is kept, whoever ends it", "[door]") {
  TempDir folder;
  http::Limits limits;
  limits.upload_chunk_time = std::chrono::hours(1);  // so it is still in memory
  const std::string data = some_data(1000);
  RunningRoutes platen(folder.path().string(), limits);
  const Client left(platen, data.size());
  const Client broken(platen, data.size());
  const std::string head = "Content-Length: 1000\r\n";
  RawHttp leaving = platen.connect();
  leaving.send(left.put_head(head) + data.substr(0, 10));
  RawHttp breaking = platen.connect();
  breaking.send(broken.put_head("Transfer-Encoding: chunked\r\n") + "1\r\n0\r\n");
  eventually([&] { return left.offset() == 10 && broken.offset() == 1; });
  leaving.send(data.substr(10, 20));
  leaving.finish_sending();
  breaking.send("2\r\n,1\r\nx\r\n");
  CHECK(breaking.answer().status == 400);
  eventually([&] { return platen.stats().connections == 0; });
  CHECK(left.offset() == 30);
  CHECK(broken.offset() == 3);
}

TEST_CASE("what does not go on where the upload ends is refused before its body is read", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const std::string data = some_data(1000);
  const Client upload(platen, data.size());
  CHECK(upload.send_part(0, data.substr(0, 400)).status == 200);
  struct Case {
    const char* what;
    std::string lines;
    int status;
    std::size_t bytes = 600;
  };
  const std::vector<Case> cases{
      {"a gap", range(401, 599, 1000), 409, 599},
      {"an overlap", range(399, 601, 1000), 409, 601},
      {"from the start again", range(0, 1000, 1000), 409, 1000},
      {"the whole, without a range", "", 409, 1000},
      {"a body that is shorter", range(400, 600, 1000), 400, 599},
      {"another total", range(400, 600, 1001), 400},
      {"a total that is not known", "Content-Range: bytes 400-999/*\r\n", 400},
      {"a range that ends before it begins", "Content-Range: bytes 400-399/1000\r\n", 400},
      {"a range past the end", "Content-Range: bytes 400-1000/1000\r\n", 400},
      {"another unit", "Content-Range: lines 400-999/1000\r\n", 400},
      {"no range at all", "Content-Range: 400\r\n", 400},
      {"two ranges", range(400, 600, 1000) + range(400, 600, 1000), 400},
      {"a digest that is none", range(400, 600, 1000) + "Content-Digest: sha-256=:abc:\r\n", 400},
  };
  for (const Case& each : cases) {
    CAPTURE(each.what);
    RawHttp client = platen.connect();
    client.send(
        upload.put_head(each.lines + "Expect: 100-continue\r\nContent-Length: " + std::to_string(each.bytes) + "\r\n"));
    const RawAnswer answer = client.answer();  // no "100 Continue" came before it
    check_problem(answer, each.status);
    CHECK(answer.header("upload-offset") == "400");
    CHECK(answer.header("upload-length") == "1000");
    CHECK(client.is_closed());
    CHECK(upload.offset() == 400);
  }
  const std::string chunked_head = upload.put_head(range(400, 100, 1000) + "Transfer-Encoding: chunked\r\n");
  check_problem(upload.send(chunked_head + "c8\r\n" + data.substr(400, 200) + "\r\n0\r\n\r\n"), 400);
  const std::size_t offset = upload.offset();
  const RawAnswer rest = upload.send_part(offset, data.substr(offset));
  CHECK(rest.body == json_of(upload.id(), data));
}

TEST_CASE("a second sender is told that there is one", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const std::string data = some_data(1000);
  const Client upload(platen, data.size());
  RawHttp first = platen.connect();
  first.send(upload.put_head("Content-Length: 1000\r\n") + data.substr(0, 10));
  eventually([&] { return upload.offset() == 10; });
  const RawAnswer second = upload.send_part(10, data.substr(10));
  check_problem(second, 409);
  CHECK(second.header("upload-offset") == "10");
  first.send(data.substr(10));
  CHECK(first.answer().body == json_of(upload.id(), data));
}

TEST_CASE("digests are held against what arrived", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const std::string data = some_data(1000);
  const Client upload(platen, data.size(), digest_field("Repr-Digest", data));
  const RawAnswer wrong_part = upload.send_part(0, data.substr(0, 500), digest_field("Content-Digest", "else"));
  check_problem(wrong_part, 422);
  CHECK(wrong_part.header("upload-offset") == "0");  // nothing of it is kept
  CHECK(upload
            .send_part(0, data.substr(0, 500),
                       "Content-Digest: md5=:abc:, sha-256=:" + base64(sha256_of(data.substr(0, 500))) + ":\r\n")
            .status == 200);
  CHECK(upload.send_part(500, data.substr(500)).status == 201);

  for (const bool at_first : {true, false}) {
    CAPTURE(at_first);
    const std::string other = digest_field("Repr-Digest", "else");
    const Client altered(platen, data.size(), at_first ? other : "");
    const RawAnswer answer = altered.send_part(0, data, at_first ? "" : other);
    check_problem(answer, 422);
    CHECK(answer.body.find("bad_data") != std::string::npos);
    CHECK(answer.body.find(hex(sha256_of(data))) != std::string::npos);
    CHECK(altered.head().status == 404);
    CHECK(altered.kept() == "nothing");
  }

  RawHttp client = platen.connect();
  const auto post = [&](const std::string& lines) {
    client.send("POST /v1/uploads HTTP/1.1\r\nHost: a\r\n" + lines + "Content-Length: 1000\r\n\r\n" + data);
    return client.answer();
  };
  CHECK(post(digest_field("Content-Digest", data) + digest_field("Repr-Digest", data)).status == 201);
  CHECK(post("Upload-Length: 1000\r\n").status == 201);
  check_problem(post(digest_field("Content-Digest", "else")), 422);
  check_problem(post(digest_field("Repr-Digest", "else")), 422);
  check_problem(post("Repr-Digest: sha-256=abc\r\n"), 400);
  check_problem(post("Upload-Length: 999\r\n"), 400);
}

TEST_CASE("an upload is announced by a length within the limit", "[door]") {
  TempDir folder;
  http::Limits limits;
  limits.upload_bytes = 1000;
  RunningRoutes platen(folder.path().string(), limits);
  RawHttp client = platen.connect();
  const auto announce = [&](const std::string& length) {
    client.send("POST /v1/uploads HTTP/1.1\r\nHost: a\r\n" + length + "\r\n");
    return client.answer();
  };
  check_problem(announce("Upload-Length: 1001\r\n"), 413);
  for (const char* bad : {"", "Upload-Length: 0\r\n", "Upload-Length: -1\r\n", "Upload-Length: 1e3\r\n",
                          "Upload-Length: 99999999999999999999\r\n", "Upload-Length:\r\n"}) {
    CAPTURE(bad);
    check_problem(announce(bad), 400);
  }
  CHECK(announce("Upload-Length: 1000\r\n").status == 201);
  for (const char* path : {"/v1/uploads/upl_00000000000000000000000000", "/v1/uploads/x"}) {
    CAPTURE(path);
    client.send(get_request(path));
    check_problem(client.answer(), 404);
    RawHttp putting = platen.connect();
    putting.send("PUT " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    check_problem(putting.answer(), 404);
  }
}

TEST_CASE("an upload can be given up", "[door]") {
  TempDir folder;
  RunningRoutes platen(folder.path().string());
  const Client upload(platen, 10);
  CHECK(upload.send_part(0, "01234").status == 200);
  const std::string erase = "DELETE " + upload.path() + " HTTP/1.1\r\nHost: a\r\n\r\n";
  CHECK(upload.send(erase).status == 204);
  check_problem(upload.send(erase), 404);
  CHECK(upload.head().status == 404);
  const Client whole(platen, 3);
  CHECK(whole.send_part(0, "abc").status == 201);
  check_problem(whole.send("DELETE " + whole.path() + " HTTP/1.1\r\nHost: a\r\n\r\n"), 409);
}

TEST_CASE("a part that drips is refused, and what came of it is kept", "[door]") {
  TempDir folder;
  http::Limits limits;
  limits.least_rate_window = std::chrono::milliseconds(100);
  RunningRoutes platen(folder.path().string(), limits);
  const Client upload(platen, 1000);
  RawHttp client = platen.connect();
  client.send(upload.put_head("Content-Length: 1000\r\n") + "0123456789");
  check_problem(client.answer(), 408);
  CHECK(upload.offset() == 10);
}

TEST_CASE("a full disk is said to be one, and with room again the upload goes on", "[door]") {
  TempDir folder;
  // A file system of its own and of one size; only root may have it, and not in every sandbox.
  const std::string disk = folder.path().string();
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=4m") != 0) return;
  {
    RunningRoutes platen(disk);
    const std::string data = some_data(3'000'000);
    const std::string ballast(2'000'000, 'x');
    REQUIRE(write_file(disk + "/ballast", ballast, 0600));
    RawHttp client = platen.connect();
    client.send_what_goes(post_request("/v1/uploads", "text/csv", data));
    const RawAnswer refused = client.answer();
    check_problem(refused, 503);
    CHECK(refused.header("retry-after") == "1");
    CHECK(refused.body.find("disk is full") != std::string::npos);

    const Client upload(platen, data.size());
    const RawAnswer part = upload.send_part(0, data);
    check_problem(part, 503);
    const std::size_t kept = std::stoul(part.header("upload-offset"));
    CHECK(kept > 1'000'000);
    CHECK(kept == upload.offset());
    REQUIRE(::unlink((disk + "/ballast").c_str()) == 0);
    CHECK(upload.send_part(kept, data.substr(kept)).body == json_of(upload.id(), data));
  }
  ::umount2(disk.c_str(), MNT_DETACH);
}
