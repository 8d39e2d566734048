// What the tests of faults share: calls that a client would make and repeat, and the names of the scripts.
#pragma once

#include <signal.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "queue/scripts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/installation.hpp"
#include "tests/support/script_proxy.hpp"

namespace platen::test {

inline const std::vector<std::string> nothing{};
inline const std::string prefix = "platen:{0}:";

inline std::vector<NamedScript> all_scripts() {
  namespace scripts = queue::scripts;
  const auto of = [](std::string name, const queue::Script& script) {
    return NamedScript{std::move(name), script.sha1, script.source};
  };
  return {of("cancel", scripts::cancel),
          of("claim", scripts::claim),
          of("complete", scripts::complete),
          of("crashed", scripts::crashed),
          of("due", scripts::due),
          of("expire", scripts::expire),
          of("fail", scripts::fail),
          of("feed", scripts::feed),
          of("forget", scripts::forget),
          of("list", scripts::list),
          of("observe", scripts::observe),
          of("promote", scripts::promote),
          of("read", scripts::read),
          of("reap", scripts::reap),
          of("redrive", scripts::redrive),
          of("release", scripts::release),
          of("renew", scripts::renew),
          of("replay", scripts::replay),
          of("report_worker", scripts::report_worker),
          of("request", scripts::request),
          of("submit", scripts::submit),
          of("webhook_fan_out", scripts::webhook_fan_out),
          of("webhook_list", scripts::webhook_list),
          of("webhook_report", scripts::webhook_report),
          of("webhook_take", scripts::webhook_take)};
}

struct Answer {
  int status = 0;  ///< 0: none came
  std::string body;
};

/// One call by curl, which gives up after a few seconds; `arguments` are curl's.
inline Answer call(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"curl", "-s", "-m", "3", "-w", "\n%{http_code}"});
  const Output output = run(std::move(arguments));
  const std::size_t line = output.out.rfind('\n');
  if (line == std::string::npos) return {};
  return {std::stoi(output.out.substr(line + 1)), output.out.substr(0, line)};
}

/// A client that repeats what it was not answered, under the same key, at one front end after the other. The job's id.
inline std::string submitted(const Fleet& fleet, const std::string& body, const std::string& key) {
  std::size_t next = 0;
  return eventually(
      [&]() -> std::optional<std::string> {
        const Answer answer = call({"-H", "Content-Type: application/json", "-H", "Idempotency-Key: " + key, "-d", body,
                                    fleet.url(next++ % fleet.fronts()) + "/v1/jobs"});
        if (answer.status != 202) return std::nullopt;
        return text_field(answer.body, "id");
      },
      std::chrono::seconds(60));
}

inline std::string small_report(const std::string& title, const std::string& options = "{}") {
  return R"({"report":{"title":")" + title + R"("},"data":{"rows":[{"a":1},{"a":2}]},"options":)" + options + "}";
}

inline bool has_ended(const std::string& state) {
  return state == "succeeded" || state == "failed" || state == "canceled" || state == "expired";
}

/// Waits for the end of a job, retries being due at once; how it ended.
inline std::string end_of(Fleet& fleet, const std::string& job) {
  return eventually(
      [&]() -> std::optional<std::string> {
        fleet.hurry();
        std::string state = fleet.state_of(job);
        if (!has_ended(state)) return std::nullopt;
        return state;
      },
      std::chrono::seconds(60));
}

/// Waits until all that must hold of keys and files does, and fails the test with what does not.
inline void check_whole(Fleet& fleet, const Promises& promises) {
  std::vector<std::string> broken;
  try {
    eventually(
        [&] {
          fleet.hurry();
          broken = fleet.broken(promises);
          return broken.empty();
        },
        std::chrono::seconds(60));
  } catch (const std::runtime_error&) {
    CHECK(broken == nothing);
  }
}

/// Every message to a webhook is due now, those that the dead had taken too.
inline void hurry_webhooks(Fleet& fleet) {
  const redis::Reply lanes = fleet.redis()({"KEYS", prefix + "due:*"});
  for (std::size_t i = 0; i < redis::Value(lanes).size(); ++i) {
    const std::string key(redis::Value(lanes)[i].text());
    const redis::Reply ids = fleet.redis()({"ZRANGE", key, "0", "-1"});
    for (std::size_t j = 0; j < redis::Value(ids).size(); ++j)
      (void)fleet.redis()({"ZADD", key, "XX", "1", std::string(redis::Value(ids)[j].text())});
    (void)fleet.redis()({"ZADD", prefix + "lanes", "XX", "1", key.substr(prefix.size() + 4)});
  }
}

}  // namespace platen::test
