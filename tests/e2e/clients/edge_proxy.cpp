#include "tests/e2e/clients/edge_proxy.hpp"

#include <fcntl.h>

#include <stdexcept>

#include "base/fd.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback.hpp"

namespace platen::test {

namespace {

constexpr std::size_t file_limit_bytes = 1024UL * 1024;

std::string text_of(const std::string& path) {
  auto text = read_file(path, file_limit_bytes);
  if (!text) throw std::runtime_error(text.error().detail);
  return *std::move(text);
}

/// Replaces what must be there.
void replace(std::string& text, const std::string& from, const std::string& to) {
  std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("the shipped file has no '" + from + "'");
  for (; at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

void make_certificate(const std::string& certificate, const std::string& key) {
  const Output made = run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                           "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                           "-keyout", key, "-out", certificate});
  if (made.exit_code != 0) throw std::runtime_error(made.err);
}

}  // namespace

EdgeProxy::EdgeProxy(ProxyKind kind, std::uint16_t platend_port)
    : port_(free_port()),
      plain_port_(free_port()),
      url_("https://localhost:" + std::to_string(port_)),
      plain_url_("http://localhost:" + std::to_string(plain_port_)) {
  make_certificate(folder_ / "platen.crt", folder_ / "platen.key");
  kind == ProxyKind::nginx ? configure_nginx(platend_port) : configure_haproxy(platend_port);
  const Fd log_file(::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  auto started = Process::start(
      {.command = command_, .environment = {}, .descriptors = {{log_file.get(), 1}, {log_file.get(), 2}}});
  if (!started) throw std::runtime_error(started.error().detail);
  process_ = *std::move(started);
  eventually([this] {
    if (process_.wait(std::chrono::milliseconds(0))) throw std::runtime_error("the proxy ended:\n" + log());
    return run(curl_command({url_ + "/livez"})).out.find("\"status\"") != std::string::npos;
  });
}

std::string EdgeProxy::write(const std::string& name, const std::string& text) const {
  if (auto written = write_file(folder_ / name, text, 0600); !written) throw std::runtime_error(written.error().detail);
  return folder_ / name;
}

void EdgeProxy::configure_nginx(std::uint16_t platend_port) {
  std::string site = text_of(PLATEN_SOURCE "/deploy/nginx/platen.conf");
  replace(site, "listen 80;", "listen 127.0.0.1:" + std::to_string(plain_port_) + ";");
  replace(site, "listen 443 ", "listen 127.0.0.1:" + std::to_string(port_) + " ");
  replace(site, "127.0.0.1:8080", "127.0.0.1:" + std::to_string(platend_port));
  replace(site, "/etc/ssl/private/platen.pem", folder_ / "platen.crt");
  replace(site, "/etc/ssl/private/platen.key", folder_ / "platen.key");
  std::string temporary;
  for (const char* what : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    temporary += std::string(what) + "_temp_path " + (folder_ / what) + ";\n";
  // One process, so that it dies with the test.
  const std::string main =
      write("nginx.conf", "daemon off; master_process off; pid " + (folder_ / "pid") +
                              ";\nerror_log stderr;\nevents { worker_connections 1024; }\nhttp {\naccess_log off;\n" +
                              temporary + "include " + write("platen.conf", site) + ";\n}\n");
  command_ = {"nginx", "-p", folder_.path().string(), "-e", "stderr", "-c", main};
}

void EdgeProxy::configure_haproxy(std::uint16_t platend_port) {
  std::string text = text_of(PLATEN_SOURCE "/deploy/haproxy/platen.cfg");
  replace(text, "bind :80\n", "bind 127.0.0.1:" + std::to_string(plain_port_) + "\n");
  replace(text, "bind :443 ", "bind 127.0.0.1:" + std::to_string(port_) + " ");
  replace(text, "127.0.0.1:8080", "127.0.0.1:" + std::to_string(platend_port));
  replace(text, "/etc/haproxy/platen.pem",
          write("platen.pem", text_of(folder_ / "platen.crt") + text_of(folder_ / "platen.key")));
  replace(text, "/etc/haproxy/come-back.http", PLATEN_SOURCE "/deploy/haproxy/come-back.http");
  replace(text, "/dev/log", "stderr format raw");
  replace(text, "maxconn 40000", "maxconn 1000");
  command_ = {"haproxy", "-db", "-f", write("haproxy.cfg", text)};
}

std::vector<std::string> EdgeProxy::curl_command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"curl", "-sS", "--http2", "--cacert", folder_ / "platen.crt"});
  return arguments;
}

std::string EdgeProxy::ask(std::vector<std::string> arguments) const {
  const Output output = run(curl_command(std::move(arguments)));
  if (output.exit_code != 0) throw std::runtime_error("curl failed: " + output.err + "\n" + log());
  return output.out;
}

std::string EdgeProxy::log() const { return text_of(folder_ / "log"); }

std::uint64_t most_memory_kib(pid_t process) {
  const std::string status = run({"cat", "/proc/" + std::to_string(process) + "/status"}).out;
  const std::size_t at = status.find("VmHWM:");
  if (at == std::string::npos) throw std::runtime_error("there is no such process");
  return std::stoull(status.substr(at + 6));
}

}  // namespace platen::test
