// How addresses of Redis are read.
#include "redis/url.hpp"

#include "tests/support/catch.hpp"

namespace platen::redis {

namespace {

Url parsed(std::string_view text) {
  auto url = Url::parse(text);
  REQUIRE(url.has_value());
  return *std::move(url);
}

}  // namespace

TEST_CASE("a Redis address over TCP may leave out all but the host", "[redis][url]") {
  CHECK(parsed("redis://cache").host == "cache");
  CHECK(parsed("redis://cache").port == 6379);
  const Url whole = parsed("redis://worker:p%40ss:w@10.0.0.7:7000/3");
  CHECK(whole.host == "10.0.0.7");
  CHECK(whole.port == 7000);
  CHECK(whole.user == "worker");
  CHECK(whole.password == "p@ss:w");
  CHECK(whole.database == 3);
  const Url password_only = parsed("redis://:secret@[::1]:6380/");
  CHECK(password_only.user.empty());
  CHECK(password_only.password == "secret");
  CHECK(password_only.host == "::1");
  CHECK(password_only.port == 6380);
}

TEST_CASE("a Redis address of a unix socket takes its rest as parameters", "[redis][url]") {
  CHECK(parsed("unix:///run/redis.sock").socket_path == "/run/redis.sock");
  const Url whole = parsed("unix:///run/re%20dis.sock?db=2&user=u&password=a%26b");
  CHECK(whole.socket_path == "/run/re dis.sock");
  CHECK(whole.database == 2);
  CHECK(whole.user == "u");
  CHECK(whole.password == "a&b");
}

TEST_CASE("a Redis address over TLS has files and a name as parameters", "[redis][url]") {
  CHECK(parsed("rediss://cache").tls == TlsSettings());
  CHECK_FALSE(parsed("redis://cache").tls.has_value());
  const Url whole = parsed("rediss://u:p@cache:6380/2?ca=/etc/my%20ca.pem&cert=/c.pem&key=/k.pem&name=redis.example");
  CHECK(whole.host == "cache");
  CHECK(whole.database == 2);
  CHECK(whole.tls == TlsSettings{"/etc/my ca.pem", "/c.pem", "/k.pem", "redis.example"});
  CHECK(whole.without_secrets() == "rediss://cache:6380/2");
}

TEST_CASE("a Redis address may be that of its sentinels", "[redis][url]") {
  const Url whole = parsed("redis+sentinel://u:p@one,two:1,[::1]:2/main/3?sentinel_user=a&sentinel_password=b%2Fc");
  CHECK(whole.sentinels == std::vector<Address>{{"one", 26379}, {"two", 1}, {"::1", 2}});
  CHECK(whole.primary_name == "main");
  CHECK(whole.database == 3);
  CHECK(whole.user == "u");
  CHECK(whole.password == "p");
  CHECK(whole.sentinel_user == "a");
  CHECK(whole.sentinel_password == "b/c");
  CHECK(whole.without_secrets() == "redis+sentinel://one:26379,two:1,[::1]:2/main/3");
  CHECK(parsed("rediss+sentinel://one/main?ca=/ca.pem").tls == TlsSettings{.ca_file = "/ca.pem"});
}

TEST_CASE("an address that does not fit is refused without repeating its password", "[redis][url]") {
  for (const std::string_view text : {"",
                                      "localhost:6379",
                                      "http://h",
                                      "redis://",
                                      "redis://:hunter2@",
                                      "redis://hunter2@h",
                                      "redis://:hunter2@h:0",
                                      "redis://:hunter2@h:70000",
                                      "redis://:hunter2@h:6379x",
                                      "redis://:hunter2@h/x",
                                      "redis://:hunter2%4@h",
                                      "redis://:hunter2@[::1",
                                      "rediss://:hunter2@h?ca=hunter2",
                                      "rediss://:hunter2@h?cert=/hunter2",
                                      "redis://:hunter2@h?ca=/hunter2",
                                      "redis+sentinel://:hunter2@h",
                                      "redis+sentinel://:hunter2@h/",
                                      "redis+sentinel://:hunter2@h,/m",
                                      "redis+sentinel://:hunter2@h/m/hunter2",
                                      "redis+sentinel://h/m?name=hunter2",
                                      "redis://:hunter2@h?db=1",
                                      "unix://path",
                                      "unix:///p?hunter2",
                                      "unix:///p?pass=hunter2",
                                      "unix:///p?db=hunter2",
                                      "unix:///p?password=hunter2%00"}) {
    INFO(text);
    const auto url = Url::parse(text);
    REQUIRE_FALSE(url.has_value());
    CHECK(url.error().code == Errc::invalid_request);
    CHECK(url.error().detail.find("hunter2") == std::string::npos);
  }
  CHECK_FALSE(Url::parse("unix:///" + std::string(120, 'x')).has_value());
}

TEST_CASE("an address for the log has no user and no password", "[redis][url]") {
  CHECK(parsed("redis://u:p@h:1/2").without_secrets() == "redis://h:1/2");
  CHECK(parsed("redis://:p@[::1]").without_secrets() == "redis://[::1]:6379/0");
  CHECK(parsed("unix:///s?password=p").without_secrets() == "unix:///s?db=0");
}

TEST_CASE("several addresses have spaces or commas between", "[redis][url]") {
  for (const char* text :
       {"redis://:secret@one/1 redis+sentinel://s1,s2/main", "redis://:secret@one/1,redis+sentinel://s1,s2/main",
        "  redis://:secret@one/1 , redis+sentinel://s1,s2/main "}) {
    INFO(text);
    const auto urls = parse_urls(text);
    REQUIRE(urls);
    CHECK(without_secrets(*urls) == "redis://one:6379/1 redis+sentinel://s1:26379,s2:26379/main/0");
  }
  CHECK(parse_urls("redis://one")->size() == 1);
  for (const char* text :
       {"", "  ", ",", "redis://one wrong", "redis://one http://two", "redis://one,,redis://two x", "redis://one,two"})
    CHECK_FALSE(parse_urls(text));
}

}  // namespace platen::redis
