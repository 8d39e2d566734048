// Where Redis is and how to get in, as users write it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platen/error.hpp"

namespace platen::redis {

inline constexpr std::uint16_t default_port = 6379;

/// A parsed address: `redis://[[user]:password@]host[:port][/db]` or `unix:///path[?db=N&password=…&user=…]`.
/// Percent-encoding is undone in every part. A value.
struct Url {
  std::string socket_path;  ///< of a unix socket; empty: TCP
  std::string host = "127.0.0.1";
  std::uint16_t port = default_port;
  std::string user;
  std::string password;
  std::uint32_t database = 0;

  /// `invalid_request`, and the detail says what does not fit without repeating the text: it may hold a password.
  [[nodiscard]] static Result<Url> parse(std::string_view text);
  /// For logs: the address without user and password.
  [[nodiscard]] std::string without_secrets() const;

  friend bool operator==(const Url&, const Url&) = default;
};

}  // namespace platen::redis
