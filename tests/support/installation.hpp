// A whole Platen on this machine, as real processes in a folder that goes with the scope.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace platen::test {

struct InstallationOptions {
  bool has_worker = true;
  std::vector<std::string> front_arguments = {};   ///< further flags of platend
  std::vector<std::string> front_wrapper = {};     ///< a command that becomes platend: `prlimit --nofile=…`
  std::vector<std::string> worker_arguments = {};  ///< further flags of platen-worker
};

/// Starts redis-server, platend and platen-worker, and waits until the front end is ready.
/// Errors: throws std::runtime_error, with the programs' logs, when something does not come up.
class Installation {
 public:
  explicit Installation(InstallationOptions options = {});
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;

  /// `http://127.0.0.1:PORT`; the same over restarts of the front end.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] RedisServer& redis() noexcept { return redis_; }
  [[nodiscard]] const TempDir& folder() const noexcept { return folder_; }
  [[nodiscard]] Process& front() noexcept { return front_; }
  [[nodiscard]] Process& worker() noexcept { return worker_; }
  /// The process that draws for the one slot.
  [[nodiscard]] pid_t renderer_pid() const;

  void start_front();
  void start_worker();
  /// What the programs logged so far, for a failing test's message.
  [[nodiscard]] std::string logs() const;
  [[nodiscard]] bool is_ready() const;

 private:
  [[nodiscard]] Process start(const std::string& program, std::vector<std::string> arguments) const;

  InstallationOptions options_;
  TempDir folder_;
  RedisServer redis_;
  std::string listen_ = "127.0.0.1:0";
  std::string url_;
  Process front_;
  Process worker_;
};

/// Runs `curl -sS` with these arguments; what it printed. Fails the test when curl itself fails.
[[nodiscard]] std::string curl(std::vector<std::string> arguments);

/// One event of a text/event-stream, as a plain reader sees it.
struct SeenEvent {
  std::string id;
  std::string event;
  std::string data;
  friend bool operator==(const SeenEvent&, const SeenEvent&) = default;
};
/// The whole events in `stream`; an unfinished one at its end is left out.
[[nodiscard]] std::vector<SeenEvent> events_in(const std::string& stream);

/// The text between `"name":"` and the next quote; empty where there is none.
[[nodiscard]] std::string text_field(const std::string& json, const std::string& name);

/// A CSV of `rows` orders; row i has the id 100000001 + i.
[[nodiscard]] std::string orders_csv(std::size_t rows);
/// What is wrong with a PDF of `orders_csv(rows)`: qpdf's complaints, rows that are missing or doubled, a page count
/// that its own footers contradict. Empty when it is right.
[[nodiscard]] std::string wrong_with_orders_pdf(const std::string& path, std::size_t rows);

}  // namespace platen::test
