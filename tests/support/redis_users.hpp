// deploy/redis-users.conf as tests install it.
#pragma once

#include <string>
#include <vector>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"

namespace platen::test {

inline const std::string platen_password = "hunter2hunter2";

/// The lines of its users but `default`, who is nobody there, with a password where one is to be put.
[[nodiscard]] inline std::vector<std::string> shipped_users() {
  constexpr std::size_t most_bytes = 64 * 1024;
  const std::string text = read_file(PLATEN_SOURCE "/deploy/redis-users.conf", most_bytes).value();
  std::vector<std::string> users;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("user ") || line.starts_with("user default")) continue;
    constexpr std::string_view place = ">CHANGE-ME";
    REQUIRE(line.find(place) != std::string::npos);
    line.replace(line.find(place) + 1, place.size() - 1, platen_password);
    users.push_back(std::move(line));
  }
  return users;
}

}  // namespace platen::test
