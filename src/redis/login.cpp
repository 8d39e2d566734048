#include "redis/login.hpp"

#include <fmt/format.h>

namespace platen::redis {

std::vector<std::vector<std::string>> login_commands(const Url& url) {
  std::vector<std::vector<std::string>> commands;
  if (!url.password.empty()) {
    commands.push_back({"AUTH", url.password});
    if (!url.user.empty()) commands.back().insert(commands.back().begin() + 1, url.user);
  }
  if (url.database != 0) commands.push_back({"SELECT", std::to_string(url.database)});
  commands.push_back({"PING"});
  return commands;
}

Result<void> check_login(const Value& reply) {
  if (!reply.is_error()) return {};
  // Redis's own sentence; none of those for AUTH, SELECT and PING repeats what was sent.
  return fail(Errc::unavailable, fmt::format("Redis does not let us in: {}", reply.text()));
}

}  // namespace platen::redis
