// nginx or HAProxy in front of platend, with the configuration that deploy/ ships.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

enum class ProxyKind { nginx, haproxy };

/// Runs the shipped configuration with other ports, paths and a certificate of its own; nothing else is changed.
/// Errors: throws std::runtime_error, with the proxy's log, when it does not come up.
class EdgeProxy {
 public:
  EdgeProxy(ProxyKind kind, std::uint16_t platend_port);

  /// `https://localhost:PORT`
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] const std::string& plain_url() const noexcept { return plain_url_; }
  /// `curl -sS` over HTTP/2 that trusts the certificate, and these arguments.
  [[nodiscard]] std::vector<std::string> curl_command(std::vector<std::string> arguments) const;
  /// What that prints, whatever the status. Throws std::runtime_error when curl fails.
  [[nodiscard]] std::string ask(std::vector<std::string> arguments) const;
  /// The file of the certificate that it shows.
  [[nodiscard]] std::string certificate() const { return folder_ / "platen.crt"; }
  [[nodiscard]] pid_t pid() const noexcept { return process_.pid(); }
  [[nodiscard]] std::string log() const;

 private:
  void configure_nginx(std::uint16_t platend_port);
  void configure_haproxy(std::uint16_t platend_port);
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const;

  TempDir folder_;
  std::uint16_t port_;
  std::uint16_t plain_port_;
  std::string url_;
  std::string plain_url_;
  std::vector<std::string> command_;
  Process process_;
};

/// The most memory that a process has had (VmHWM), in KiB.
[[nodiscard]] std::uint64_t most_memory_kib(pid_t process);

}  // namespace platen::test
