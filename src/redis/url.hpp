// Where Redis is and how to get in, as users write it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platen/error.hpp"

namespace platen::redis {

inline constexpr std::uint16_t default_port = 6379;
inline constexpr std::uint16_t default_sentinel_port = 26379;

/// How a connection is encrypted. Whom it trusts is always checked. Paths of PEM files; they are read at each connect.
struct TlsSettings {
  std::string ca_file;           ///< empty: the system's authorities
  std::string certificate_file;  ///< our own, where Redis asks for one …
  std::string key_file;          ///< … and its key
  std::string server_name;       ///< that Redis's certificate must have; empty: the host's

  friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

struct Address {
  std::string host;
  std::uint16_t port = 0;

  friend bool operator==(const Address&, const Address&) = default;
};

/// A parsed address, one of
/// - `redis://[[user]:password@]host[:port][/db]`;
/// - `unix:///path[?db=N&password=…&user=…]`;
/// -
/// `redis+sentinel://[[user]:password@]host[:port][,host[:port]…]/primary[/db][?sentinel_user=…&sentinel_password=…]`:
///   the sentinels, and by which name they know the primary, whose user and password stand in front;
/// - `rediss://` and `rediss+sentinel://`, the same over TLS, with `?ca=/path&cert=/path&key=/path&name=…`.
/// Percent-encoding is undone in every part. A value.
struct Url {
  std::string socket_path;  ///< of a unix socket; empty: TCP
  std::string host = "127.0.0.1";
  std::uint16_t port = default_port;
  std::string user;
  std::string password;
  std::uint32_t database = 0;
  std::optional<TlsSettings> tls = {};  ///< of the sentinels too
  std::vector<Address> sentinels = {};  ///< they are asked for host and port at each connect
  std::string primary_name = {};
  std::string sentinel_user = {};
  std::string sentinel_password = {};

  /// `invalid_request`, and the detail says what does not fit without repeating the text: it may hold a password.
  [[nodiscard]] static Result<Url> parse(std::string_view text);
  /// For logs: the address without users, passwords and files.
  [[nodiscard]] std::string without_secrets() const;

  friend bool operator==(const Url&, const Url&) = default;
};

/// Several, with spaces or commas between; at least one.
[[nodiscard]] Result<std::vector<Url>> parse_urls(std::string_view text);
/// As Url::without_secrets, with a space between.
[[nodiscard]] std::string without_secrets(const std::vector<Url>& urls);

}  // namespace platen::redis
