// The logs of a whole Platen.
#include <algorithm>
#include <csignal>
#include <optional>

#include "base/fd.hpp"
#include "codec/json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file
using platen::codec::OrderedJson;

namespace {

constexpr std::size_t most_log_bytes = 1U << 20U;

std::vector<OrderedJson> lines_of(const Installation& platen, const std::string& program) {
  const std::string text = platen::read_file(platen.folder() / (program + ".log"), most_log_bytes).value();
  std::vector<OrderedJson> lines;
  for (std::size_t at = 0; text.find('\n', at) != std::string::npos; at = text.find('\n', at) + 1)
    lines.push_back(OrderedJson::parse(text.substr(at, text.find('\n', at) - at)));
  return lines;
}

std::string submit(const Installation& platen) {
  return curl({"-H", "Prefer: wait=25", "-H", "Content-Type: application/json", "-d",
               R"({"report":{"title":"Orders"},"data":{"rows":[{"a":1}]}})", platen.url() + "/v1/jobs"});
}

}  // namespace

TEST_CASE("as JSON each line is an object with the same members for the same things", "[e2e]") {
  const std::vector<std::string> json{"--log-format", "json"};
  Installation platen({.front_arguments = json, .worker_arguments = json});
  const std::string job = submit(platen);
  REQUIRE(text_field(job, "status") == "succeeded");
  (void)curl({"-X", "PUT", "--data-binary", "x", platen.url() + "/nowhere?secret=in-the-query"});
  std::vector<OrderedJson> requests;
  eventually([&] {
    requests = lines_of(platen, "platend");
    std::erase_if(requests, [](const OrderedJson& line) { return line.at("message") != "request"; });
    return requests.size() >= 2;
  });
  const OrderedJson& made = requests.front();
  CHECK(made.at("level") == "info");
  CHECK(made.at("process") == "platend");
  CHECK(made.at("method") == "POST");
  CHECK(made.at("route") == "/v1/jobs");
  CHECK(made.at("status") == 201);
  CHECK(made.at("ms").is_number());
  CHECK(made.at("bytes_in") == 55);
  CHECK(made.at("bytes_out") > 100);
  CHECK(made.at("job_id") == text_field(job, "id"));
  CHECK(made.at("remote") == "127.0.0.1");
  CHECK_FALSE(made.contains("trace_id"));
  const OrderedJson& lost = requests.back();
  CHECK(lost.at("route") == "none");
  CHECK(lost.at("path") == "/nowhere");
  CHECK(lost.dump().find("secret") == std::string::npos);
  const OrderedJson end = eventually([&]() -> std::optional<OrderedJson> {
    for (const OrderedJson& line : lines_of(platen, "platen-worker"))
      if (line.at("message") == "succeeded") return line;
    return std::nullopt;
  });
  CHECK(end.at("request_id") == made.at("request_id"));
  CHECK(end.at("job_id") == made.at("job_id"));
  CHECK(end.at("rows") == 1);
}

TEST_CASE("a log that nobody reads holds up no request and no end", "[e2e]") {
  // A pipe that stays open, unread: it takes 64 KiB, and then whoever writes to it waits.
  const std::string script = "rm -f \"$0\"; mkfifo \"$0\"; exec 9<>\"$0\"; exec 2>\"$0\"; exec \"$@\"";
  const TempDir folder;
  Installation platen({.has_worker = false, .front_wrapper = {"sh", "-c", script, folder / "fifo"}});
  const std::string path = "/v1/jobs/" + std::string(900, 'x');
  const std::string answers = curl({"-o", "/dev/null", "-w", "%{http_code}\n", platen.url() + path + "[1-400]"});
  CHECK(std::count(answers.begin(), answers.end(), '\n') == 400);
  CHECK(answers.find("404") != std::string::npos);
  CHECK(curl({"-o", "/dev/null", "-w", "%{http_code}", platen.url() + "/livez"}) == "200");
  platen.front().signal(SIGTERM);
  CHECK(platen.front().wait(patience) == 0);
}

TEST_CASE("a request id that is none is replaced, and each answer has one", "[e2e]") {
  Installation platen({.has_worker = false});
  const auto id_for = [&](const std::string& sent) {
    const std::string head =
        curl({"-D", "-", "-o", "/dev/null", "-H", "X-Request-Id: " + sent, platen.url() + "/v1/jobs"});
    const std::size_t at = head.find("X-Request-Id: ");
    REQUIRE(at != std::string::npos);
    return head.substr(at + 14, head.find('\r', at) - at - 14);
  };
  CHECK(id_for("a.b_C-7") == "a.b_C-7");
  CHECK(id_for(std::string(64, 'x')) == std::string(64, 'x'));
  for (const std::string& wrong :
       {std::string(65, 'x'), std::string("two words"), std::string("a=b"), std::string("ü")}) {
    INFO(wrong);
    CHECK(id_for(wrong) != wrong);
    CHECK(id_for(wrong).size() > 8);
  }
  const std::string problem = curl({"-H", "X-Request-Id: mine", platen.url() + "/v1/jobs/none"});
  CHECK(text_field(problem, "request_id") == "mine");
}
