// What a connection says first.
#pragma once

#include <string_view>
#include <vector>

#include "redis/wire.hpp"

namespace platen::redis {

/// The commands that open a connection, in order: AUTH and SELECT where they are needed, and a PING, which a server
/// that is still loading its data refuses.
[[nodiscard]] std::vector<std::vector<std::string>> login_commands(const Url& url);
/// Why a login did not succeed, without the password; for logs.
[[nodiscard]] Result<void> check_login(const Value& reply);

}  // namespace platen::redis
