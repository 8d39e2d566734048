// Bodies that stream into the upload store.
#include "base/crypto.hpp"
#include "tests/integration/http/running_door.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

using namespace platen;
using namespace platen::test;

namespace {

std::string sha256_of(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hex(hash.finish());
}

std::string expected(const std::string& job, const std::string& data) {
  return fmt::format(R"({{"job":"{}","bytes":{},"sha256":"{}"}})", job, data.size(), sha256_of(data));
}

std::string some_data() {
  std::string data;
  for (int i = 0; data.size() < 300'000; ++i) data += std::to_string(i) + ",--B,\r\n--\r\n";
  return data;
}

std::string chunked(std::string_view body, std::size_t size) {
  std::string text;
  for (; !body.empty(); body.remove_prefix(std::min(size, body.size()))) {
    const std::string_view chunk = body.substr(0, size);
    text += fmt::format("{:x}\r\n{}\r\n", chunk.size(), chunk);
  }
  return text + "0\r\n\r\n";
}

const std::string form_type = "multipart/form-data; boundary=B";

std::string form(const std::vector<std::pair<std::string, std::string>>& parts) {
  std::string text;
  for (const auto& [head, data] : parts)
    text += "--B\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + data + "\r\n";
  return text + "--B--\r\n";
}

bool holds_nothing(RunningDoor& door) {
  auto state = door.uploads().state().lock();
  return state->kept.empty() && state->open_writers == 0;
}

}  // namespace

TEST_CASE("a body of any type is kept as an upload, and the connection goes on", "[door]") {
  RunningDoor door;
  const std::string data = some_data();
  RawHttp client = door.connect();
  client.send(post_request("/uploads", "text/csv", data) + get_request("/hello"));
  RawAnswer answer = client.answer();
  CHECK(answer.status == 202);
  CHECK(answer.body == expected("", data));
  CHECK(client.answer().body == "hello");
  CHECK(door.uploads().only_upload() == data);
  client.send("POST /uploads HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(data, 7000) +
              get_request("/hello"));
  CHECK(client.answer().body == expected("", data));
  CHECK(client.answer().body == "hello");
  client.send("POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.read(25) == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  CHECK(client.answer().body == expected("", "abc"));
  client.send(post_request("/uploads", "", ""));  // nothing to keep: the handler says so
  CHECK(client.answer().body.empty());
}

TEST_CASE("a form's data streams into the store, its job goes to the handler, in either order", "[door]") {
  RunningDoor door;
  const std::string data = some_data();
  RawHttp client = door.connect();
  client.send(
      post_request("/jobs", form_type, form({{"name=job", "{}"}, {"name=\"data\"; filename=\"a.csv\"", data}})));
  CHECK(client.answer().body == expected("{}", data));
  client.send(post_request("/jobs", "Multipart/Form-Data; charset=utf-8; boundary=\"B\"",
                           form({{"name=\"data\"", data}, {"name=\"job\"", "[]"}})) +
              get_request("/hello"));
  CHECK(client.answer().body == expected("[]", data));
  CHECK(client.answer().body == "hello");
  client.send(post_request("/jobs", "application/json", "[1]"));
  CHECK(client.answer().body == "[1]");
  const std::string body = form({{"name=job", "x"}, {"name=data", "1,2"}});
  client.send("POST /jobs HTTP/1.1\r\nHost: a\r\nContent-Type: " + form_type +
              "\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const char c : chunked(body, 3)) client.send({&c, 1});
  CHECK(client.answer().body == expected("x", "1,2"));
}

TEST_CASE("a form that does not fit is refused by name, and leaves nothing", "[door]") {
  RunningDoor door;
  struct Case {
    std::string body;
    std::string said;
    int status = 400;
  };
  const std::vector<Case> cases{
      {form({{"name=job", "{}"}}), "'data' is missing"},
      {form({{"name=data", "1"}}), "'job' is missing"},
      {form({{"name=job", "{}"}, {"name=data", "1"}, {"name=data", "2"}}), "'data' is there twice"},
      {form({{"name=job", "{}"}, {"name=file", "1"}}), "no part 'file'"},
      {form({{"name=job", std::string(1024 * 1024 + 1, 'x')}, {"name=data", "1"}}), "'job' is larger", 413},
      {form({{"filename=a", "{}"}}), "no name"},
      {"--B\r\nContent-Disposition: form-data; name=job\r\n\r\n{}", "before its last boundary"},
      {"nothing of the kind", "before its last boundary"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.said);
    RawHttp client = door.connect();
    client.send_what_goes(post_request("/jobs", form_type, each.body));
    const RawAnswer answer = client.answer();
    CHECK(answer.status == each.status);
    CHECK(answer.header("content-type") == "application/problem+json");
    CHECK(answer.body.find(each.said) != std::string::npos);
    CHECK(client.is_closed());
    CHECK(holds_nothing(door));
  }
  RawHttp client = door.connect();
  client.send(post_request("/jobs", "multipart/form-data", "x"));
  CHECK(client.answer().body.find("boundary") != std::string::npos);
}

TEST_CASE("an upload that its client abandons leaves nothing", "[door]") {
  RunningDoor door;
  for (const bool reset : {false, true}) {
    CAPTURE(reset);
    RawHttp client = door.connect();
    client.send("POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + std::string(50'000, 'x'));
    eventually([&] { return door.uploads().state().lock()->open_writers == 1; });
    if (reset)
      client.abort();
    else
      client.finish_sending();
    eventually([&] { return holds_nothing(door); });
  }
  eventually([&] { return door.stats().connections == 0; });
}

TEST_CASE("an upload that drips is refused, and leaves nothing", "[door]") {
  http::Limits limits = few_threads();
  limits.upload_threads = 1;
  limits.least_rate_window = std::chrono::milliseconds(100);
  RunningDoor door(limits);
  RawHttp slow = door.connect();
  slow.send("POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc");
  CHECK(slow.answer().status == 408);
  CHECK(slow.is_closed());
  CHECK(holds_nothing(door));
  RawHttp client = door.connect();
  client.send(post_request("/uploads", "", "abc"));
  CHECK(client.answer().status == 202);
}

TEST_CASE("an upload past its limit is refused, before or while it comes", "[door]") {
  http::Limits limits = few_threads();
  limits.upload_bytes = 1000;
  RunningDoor door(limits);
  RawHttp announced = door.connect();
  announced.send("POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
  CHECK(announced.answer().status == 413);
  CHECK(door.uploads().state().lock()->begun == 0);
  RawHttp streaming = door.connect();
  streaming.send_what_goes("POST /uploads HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
                           chunked(std::string(1001, 'x'), 100));
  CHECK(streaming.answer().status == 413);
  CHECK(holds_nothing(door));
}

TEST_CASE("a store that cannot write is said to be unavailable", "[door]") {
  RunningDoor door;
  door.uploads().state().lock()->fail_writes_with = Error{Errc::unavailable, "The disk is full."};
  RawHttp client = door.connect();
  client.send(post_request("/uploads", "", "abc"));
  const RawAnswer answer = client.answer();
  CHECK(answer.status == 503);
  CHECK(answer.header("retry-after") == "1");
}

TEST_CASE("two hundred slow uploads hold no thread: a fresh one is through at once", "[door]") {
  http::Limits limits = few_threads();
  limits.upload_threads = 1;
  RunningDoor door(limits);
  const std::string head = "POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";
  std::vector<RawHttp> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(door.connect());
    slow.back().send(head + "x");
  }
  eventually([&] { return door.stats().uploads == 200; });
  const std::string data = some_data();
  RawHttp client = door.connect();
  client.send(post_request("/uploads", "", data) + get_request("/hello"));
  CHECK(client.answer().body == expected("", data));
  CHECK(client.answer().body == "hello");
  CHECK(door.stats().uploads == 200);
  // The slow ones end as well, byte by byte and then at once.
  for (RawHttp& each : slow) each.send("x");
  for (RawHttp& each : slow) each.send(std::string(998, 'x') + get_request("/hello"));
  for (RawHttp& each : slow) {
    CHECK(each.answer().body == expected("", std::string(1000, 'x')));
    CHECK(each.answer().body == "hello");
  }
  CHECK(door.stats().uploads == 0);
}

TEST_CASE("a body that comes in pieces of any size, at any pace, is what was sent", "[door]") {
  http::Limits limits = few_threads();
  limits.upload_chunk_bytes = 1000;
  limits.upload_turn_bytes = 5000;
  limits.upload_patience = std::chrono::milliseconds(1);
  limits.upload_chunk_time = std::chrono::milliseconds(20);
  RunningDoor door(limits);
  const std::string data = some_data();
  for (const std::size_t size : {1UL, 700UL, 999UL, 20'000UL}) {
    CAPTURE(size);
    const std::string body = data.substr(0, std::min(data.size(), size * 300));
    RawHttp plain = door.connect();
    plain.send("POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    RawHttp form_client = door.connect();
    const std::string parts = chunked(form({{"name=job", "{}"}, {"name=data", body}}), size);
    form_client.send("POST /jobs HTTP/1.1\r\nHost: a\r\nContent-Type: " + form_type +
                     "\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (std::size_t at = 0; at < parts.size(); at += size) {
      if (at < body.size()) plain.send(std::string_view(body).substr(at, size));
      form_client.send(std::string_view(parts).substr(at, size));
    }
    CHECK(plain.answer().body == expected("", body));
    CHECK(form_client.answer().body == expected("{}", body));
  }
}

TEST_CASE("a body that breaks its framing late is refused, and leaves nothing", "[door]") {
  RunningDoor door;
  RawHttp client = door.connect();
  client.send("POST /uploads HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  eventually([&] { return door.uploads().state().lock()->open_writers == 1; });
  eventually([&] { return door.uploads().state().lock()->written_bytes == 3; });
  client.send("x\r\n");
  CHECK(client.answer().status == 400);
  CHECK(client.is_closed());
  CHECK(holds_nothing(door));
}

TEST_CASE("one upload more than there are places for is told to come back", "[door]") {
  http::Limits limits = few_threads();
  limits.uploads = 2;
  RunningDoor door(limits);
  std::vector<RawHttp> busy;
  for (int i = 0; i < 2; ++i) {
    busy.push_back(door.connect());
    busy.back().send("POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
  }
  eventually([&] { return door.uploads().state().lock()->begun == 2; });
  RawHttp client = door.connect();
  client.send(post_request("/uploads", "", "abcd"));
  const RawAnswer answer = client.answer();
  CHECK(answer.status == 503);
  CHECK(answer.header("retry-after") == "1");
  RawHttp other = door.connect();
  other.send(get_request("/hello"));
  CHECK(other.answer().body == "hello");
  for (RawHttp& each : busy) {
    each.send("cd");
    CHECK(each.answer().status == 202);
  }
}
