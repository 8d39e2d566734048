#include "cli/up.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <vector>

#include "base/fd.hpp"
#include "base/process.hpp"
#include "cli/data_folder.hpp"
#include "cli/keeper.hpp"
#include "cli/private_redis.hpp"
#include "codec/client_json.hpp"
#include "net/http_client.hpp"

namespace platen::cli {

namespace {

const std::string redis_name = "redis-server";
const std::string front_name = "platend";
const std::string worker_name = "platen-worker";

constexpr std::chrono::seconds start_timeout{60};  // a long append-only file takes its time to load
constexpr std::chrono::milliseconds look_again{20};
constexpr std::chrono::seconds stop_grace{10};
constexpr std::string_view drain_timeout = "3s";  // of platend: well within the grace
constexpr std::size_t most_port_bytes = 16;
constexpr unsigned private_mode = 0600;
constexpr unsigned public_mode = 0644;

void say(const std::string& text) { fmt::print(stderr, "platen up: {}\n", text); }

/// One run of `platen up`.
class Up {
 public:
  Up(const UpOptions& options, Console& console, DataFolder folder, std::stop_token stop)
      : options_(options), console_(console), folder_(std::move(folder)), stop_(std::move(stop)), keeper_(loop_, say) {}

  /// Until stopped. However this ends, nothing is left running.
  [[nodiscard]] Result<void> run() {
    auto outcome = start_redis().and_then([&] { return start_front(); }).and_then([&] { return start_worker(); });
    if (outcome) outcome = announce();
    if (outcome) outcome = keeper_.run(stop_);
    keeper_.stop_all({front_name, worker_name, redis_name}, stop_grace);
    return outcome;
  }

 private:
  [[nodiscard]] Result<void> start_redis() {
    auto redis_folder = folder_.subfolder("redis");
    if (!redis_folder) return fail(redis_folder.error());
    redis_.folder = std::move(*redis_folder);
    if (auto fits = redis_.check(); !fits) return fits;
    if (auto written = write_file(redis_.config_file(), redis_.config(), private_mode); !written) return written;
    if (auto kept = keeper_.keep(redis_name, {options_.redis_server, redis_.config_file()}); !kept)
      return fail(kept.error().code,
                  kept.error().detail + ". Install redis-server, or say where it is with --redis-server");
    return wait_until(redis_name, [&] { return redis_.is_listening(); }).map_error([&](Error error) {
      error.detail += fmt::format("; its log is {}", redis_.log_file());
      return error;
    });
  }

  [[nodiscard]] std::vector<std::string> front_command(const std::string& listen) const {
    return {program_directory() + "/platend",
            "--listen",
            listen,
            "--port-file",
            port_file(),
            "--redis",
            redis_.url(),
            "--data-dir",
            files_,
            "--signing-key-file",
            folder_.path() + "/signing.key",
            "--drain-timeout",
            std::string(drain_timeout),
            "--log-level",
            options_.log_level};
  }

  [[nodiscard]] Result<void> start_front() {
    auto files = folder_.subfolder("files");
    if (!files) return fail(files.error());
    files_ = std::move(*files);
    ::unlink(port_file().c_str());
    if (auto kept = keeper_.keep(front_name, front_command(options_.listen)); !kept) return kept;
    net::HttpClient client;
    const auto ready = wait_until(front_name, [&] { return find_port() && is_ready(client); });
    if (!ready)
      return fail(ready.error().code,
                  fmt::format("{}. If {} is taken, choose another with --listen HOST:PORT; port 0 picks a free one",
                              ready.error().detail, options_.listen));
    keeper_.change(front_name, front_command(address_));  // the same port again, should it have been picked
    return {};
  }

  [[nodiscard]] Result<void> start_worker() {
    std::vector<std::string> command{program_directory() + "/platen-worker",
                                     "--redis",
                                     redis_.url(),
                                     "--data-dir",
                                     files_,
                                     "--log-level",
                                     options_.log_level};
    if (options_.slots > 0) command.insert(command.end(), {"--slots", std::to_string(options_.slots)});
    return keeper_.keep(worker_name, std::move(command));
  }

  [[nodiscard]] Result<void> announce() const {
    if (!options_.port_file.empty()) {
      const std::string port = address_.substr(address_.rfind(':') + 1);
      if (auto written = write_file(options_.port_file, port + "\n", public_mode); !written)
        return fail(Errc::invalid_request,
                    fmt::format("cannot write '{}': {}", options_.port_file, written.error().detail));
    }
    const std::string url = "http://" + address_;
    console_.result(console_.format() == Format::json
                        ? codec::encode_texts({{"url", url}, {"data_dir", folder_.path()}})
                        : fmt::format("Platen is up: {}\nData is in {}. Ctrl-C stops it.", url, folder_.path()));
    return {};
  }

  [[nodiscard]] std::string port_file() const { return folder_.path() + "/port"; }

  /// Learns the address once platend has written its port.
  bool find_port() {
    const auto text = read_file(port_file(), most_port_bytes);
    if (!text || text->find('\n') == std::string::npos) return false;
    address_ = options_.listen.substr(0, options_.listen.rfind(':') + 1) + text->substr(0, text->find('\n'));
    return true;
  }

  [[nodiscard]] bool is_ready(net::HttpClient& client) const {
    net::HttpRequest probe;
    probe.url = "http://" + address_ + "/readyz";
    probe.connect_timeout = std::chrono::seconds(1);
    probe.stall_timeout = std::chrono::seconds(2);
    const auto answer = client.send(probe, {}, stop_);
    return answer && answer->status == 200;
  }

  template <class Ready>
  [[nodiscard]] Result<void> wait_until(const std::string& name, Ready ready) {
    const auto deadline = std::chrono::steady_clock::now() + start_timeout;
    for (;;) {
      if (stop_.stop_requested()) return fail(Errc::canceled, "stopped");
      loop_.turn(look_again);
      if (const auto end = keeper_.end_of(name)) return fail(Errc::unavailable, name + " " + *end + " at its start");
      if (ready()) return {};
      if (std::chrono::steady_clock::now() > deadline)
        return fail(Errc::timed_out, fmt::format("{} is not ready after {} s", name, start_timeout.count()));
    }
  }

  UpOptions options_;
  Console& console_;
  DataFolder folder_;
  std::stop_token stop_;
  PrivateRedis redis_;
  std::string files_;
  std::string address_;
  Loop loop_;
  Keeper keeper_;
};

}  // namespace

Exit up(const UpOptions& options, Console& console, const std::stop_token& stop) {
  const auto refuse = [](const Error& error) {
    say(error.detail);
    return error.code == Errc::invalid_request ? Exit::usage : Exit::job_failed;
  };
  const std::string path = options.data_dir.empty() ? default_data_folder() : options.data_dir;
  if (path.empty()) return refuse({Errc::invalid_request, "there is no home folder: give --data-dir", {}});
  auto folder = DataFolder::claim(path);
  if (!folder) return refuse(folder.error());
  const auto outcome = Up(options, console, std::move(*folder), stop).run();
  if (outcome || stop.stop_requested()) return Exit::ok;
  return refuse(outcome.error());
}

}  // namespace platen::cli
