// What permitted.lua asks for is what the scripts do.
#include "queue/permissions.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/redis_server.hpp"

namespace platen::test {

namespace {

/// The words in capitals that stand in quotes after `before`.
std::set<std::string> commands_after(const std::string& before, const std::string& text) {
  std::set<std::string> commands;
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
    const std::size_t begin = at + before.size();
    const std::string word = text.substr(begin, text.find('\'', begin) - begin);
    if (!word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isupper(c) != 0; }))
      commands.insert(word);
  }
  return commands;
}

/// Calls of Redis that name no command and take no list that begins with one: what they run is not seen here.
std::set<std::string> chosen_commands_in(const std::string& text) {
  std::set<std::string> chosen;
  const std::string before = "call(";
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
    const std::string rest = text.substr(at + before.size(), 20);
    const bool is_lua = at > 0 && text[at - 1] == 'p' && (at < 7 || text.substr(at - 7, 7) != "redis.p");
    if (!is_lua && !rest.starts_with("'") && !rest.starts_with("unpack(")) chosen.insert(rest);
  }
  return chosen;
}

}  // namespace

TEST_CASE("each command of a script is asked for, and allowed by deploy/redis-users.conf", "[queue]") {
  constexpr std::size_t most_bytes = 256 * 1024;
  const std::string scripts = PLATEN_SOURCE "/src/queue/lua";
  const std::string asked_text = read_file(scripts + "/permitted.lua", most_bytes).value();
  const std::set<std::string> asked = commands_after("{'", asked_text);
  const std::string rules = read_file(PLATEN_SOURCE "/deploy/redis-users.conf", most_bytes).value();
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(scripts)) {
    if (entry.path().filename() == "permitted.lua") continue;
    const std::string text = read_file(entry.path().string(), most_bytes).value();
    CHECK(chosen_commands_in(text) == std::set<std::string>{});
    for (const std::string before : {"call('", "{'"})
      for (const std::string& command : commands_after(before, text)) {
        INFO(entry.path() << " " << command);
        CHECK(asked.count(command) == 1);
        ++seen;
      }
  }
  CHECK(seen > 100);
  for (std::string command : asked) {
    std::transform(command.begin(), command.end(), command.begin(), [](unsigned char c) { return std::tolower(c); });
    INFO(command);
    CHECK((rules.find("+" + command + " ") != std::string::npos ||
           rules.find("+" + command + "|") != std::string::npos ||
           rules.find("+" + command + "\n") != std::string::npos));
  }
}

TEST_CASE("a user's missing commands, keys and channels are named", "[queue]") {
  RedisServer server;
  const auto permitted_to = [&](const std::vector<std::string>& rules) {
    std::vector<std::string> command{"ACL", "SETUSER", "someone", "reset", "on", ">word"};
    command.insert(command.end(), rules.begin(), rules.end());
    (void)server(command);
    redis::Url url = server.url();
    url.user = "someone";
    url.password = "word";
    redis::Connection connection(url);
    const auto permitted = queue::check_permissions(connection);
    if (permitted) return std::string();
    CHECK(permitted.error().code == Errc::invalid_request);
    return permitted.error().detail;
  };
  CHECK(permitted_to({"~platen:*", "&platen:*", "+@all"}).empty());
  CHECK_THAT(permitted_to({"~platen:*", "&platen:*", "+@all", "-zadd", "-xgroup|create"}), has_text("XGROUP, ZADD on"));
  CHECK_THAT(permitted_to({"~platen:*", "&other:*", "+@all"}), has_text("SUBSCRIBE, PUBLISH on"));
  CHECK_THAT(permitted_to({"~other:*", "&platen:*", "+@all"}), has_text("NOPERM"));
  CHECK_THAT(permitted_to({"~platen:*", "&platen:*", "+ping"}), has_text("'eval'"));
}

}  // namespace platen::test
