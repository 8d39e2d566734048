#include "cli/private_redis.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/fd.hpp"

namespace platen::cli {

namespace {

/// The settings of deploy/redis.conf, which says why; a test holds the two together.
constexpr std::string_view settings = R"(appendonly yes
appendfsync everysec
maxmemory-policy noeviction
stream-node-max-bytes 512
hash-max-listpack-value 2048
)";

}  // namespace

std::string PrivateRedis::url() const {
  std::string url = "unix://";
  for (const char c : socket()) {
    if (c == '%' || c == '?')
      url += fmt::format("%{:02X}", static_cast<unsigned>(c));
    else
      url += c;
  }
  return url;
}

std::string PrivateRedis::config() const {
  return fmt::format(
      "port 0\n"
      "unixsocket \"{}\"\n"
      "unixsocketperm 700\n"
      "dir \"{}\"\n"
      "logfile \"{}\"\n"
      "daemonize no\n"
      "save \"\"\n"  // the append-only file holds it all
      "{}",
      socket(), folder, log_file(), settings);
}

Result<void> PrivateRedis::check() const {
  constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
  if (socket().size() > longest_path)
    return fail(Errc::invalid_request,
                fmt::format("the folder's path is too long for a socket in it: '{}' has {} bytes, "
                            "{} at most. Choose a shorter --data-dir",
                            socket(), socket().size(), longest_path));
  if (folder.find_first_of("\"\\\n\r") != std::string::npos)
    return fail(Errc::invalid_request, "--data-dir must not have quotes, backslashes or line breaks in it");
  return {};
}

bool PrivateRedis::is_listening() const {
  const Fd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket().copy(address.sun_path, sizeof address.sun_path - 1);
  return client && ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace platen::cli
