// What the queue offers, through real processes and curl.
#include <filesystem>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

std::size_t files_in(const std::string& folder) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) files += entry.is_regular_file();
  return files;
}

std::string status_of(const Installation& platen, const std::string& id) {
  return text_field(curl({platen.url() + "/v1/jobs/" + id}), "status");
}

/// The status code of a call.
std::string code_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-o", "/dev/null", "-w", "%{http_code}"});
  return curl(std::move(arguments));
}

Output platen_cli(const Installation& platen, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), std::string(PLATEN_BINARIES) + "/platen");
  arguments.insert(arguments.end(), {"--server", platen.url()});
  return run(std::move(arguments));
}

}  // namespace

TEST_CASE("a form that is sent again under its key makes one report") {
  Installation platen;
  const auto send = [&](const std::string& title, std::size_t rows) {
    REQUIRE(platen::write_file(platen.folder() / "orders.csv", orders_csv(rows), 0600));
    return curl({"-H", "Idempotency-Key: orders-2026-11", "-w", " %{http_code}", "-F",
                 "job={\"report\":{\"title\":\"" + title + "\"}};type=application/json", "-F",
                 "data=@" + (platen.folder() / "orders.csv"), platen.url() + "/v1/jobs"});
  };
  const std::string first = send("Orders", 50);
  INFO(first);
  const std::string id = text_field(first, "id");
  REQUIRE(id.rfind("job_", 0) == 0);
  const std::string again = send("Orders", 50);
  CHECK(text_field(again, "id") == id);
  CHECK(again.find(" 202") != std::string::npos);
  CHECK(send("Other", 50).find("idempotency_conflict") != std::string::npos);
  CHECK(send("Orders", 51).find("idempotency_conflict") != std::string::npos);
  eventually([&] { return status_of(platen, id) == "succeeded"; });
  CHECK(text_field(send("Orders", 50), "status") == "succeeded");
  CHECK(files_in(platen.folder() / "data/uploads") == 1);
  const std::string pdf = platen.folder() / "orders.pdf";
  (void)curl({"-L", "-o", pdf, platen.url() + "/v1/jobs/" + id + "/result"});
  CHECK(wrong_with_orders_pdf(pdf, 50) == "");
}

TEST_CASE("a job that failed is a dead letter, runs again when told to, and goes when it is deleted") {
  Installation platen;
  REQUIRE(platen::write_file(platen.folder() / "bad.csv", "a,b\n1,2\n3\n", 0600));
  const std::string id = text_field(curl({"-F", "job={\"report\":{\"title\":\"Bad\"}};type=application/json", "-F",
                                          "data=@" + (platen.folder() / "bad.csv"), platen.url() + "/v1/jobs"}),
                                    "id");
  const std::string url = platen.url() + "/v1/jobs/" + id;
  // A stream from the start ends with the last try's end, not with an earlier one's.
  const auto watched = [&] { return events_in(curl({"-N", url + "/events"})); };
  const auto first = watched();
  REQUIRE(!first.empty());
  REQUIRE(first.back().event == "failed");
  CHECK(curl({platen.url() + "/v1/dead-letters"}).find(id) != std::string::npos);

  CHECK(code_of({"-X", "POST", url + "/redrive"}) == "202");
  const auto second = watched();
  CHECK(second.back().event == "failed");
  CHECK(std::stoi(second.back().id) > std::stoi(first.back().id));
  const auto resumed = events_in(curl({"-N", "-H", "Last-Event-ID: " + first.back().id, url + "/events"}));
  REQUIRE(!resumed.empty());
  CHECK(resumed.front().event == "queued");

  CHECK(curl({"--json", R"({"all":true})", platen.url() + "/v1/dead-letters/redrive"}).find(id) != std::string::npos);
  CHECK(watched().back().event == "failed");
  CHECK(platen_cli(platen, {"redrive", id}).exit_code == 0);
  CHECK(watched().back().event == "failed");
  const Output all = platen_cli(platen, {"redrive", "--all"});
  CHECK(all.exit_code == 0);
  CHECK(all.out == "1\n");
  CHECK(watched().back().event == "failed");
  CHECK(platen_cli(platen, {"redrive"}).exit_code == 2);
  CHECK(platen_cli(platen, {"redrive", id, "--all"}).exit_code == 2);

  CHECK(code_of({"-X", "DELETE", url}) == "204");
  CHECK(code_of({url}) == "404");
  CHECK(files_in(platen.folder() / "data/uploads") == 0);
  CHECK(platen_cli(platen, {"redrive", id}).exit_code == 2);
}

TEST_CASE("a finished report is deleted with its file") {
  Installation platen;
  const std::string created =
      curl({"--json", R"({"report":{"title":"Small"},"data":{"rows":[{"a":1}]}})", platen.url() + "/v1/jobs"});
  const std::string id = text_field(created, "id");
  eventually([&] { return status_of(platen, id) == "succeeded"; });
  CHECK(files_in(platen.folder() / "data/artifacts") == 1);
  CHECK(code_of({"-X", "DELETE", platen.url() + "/v1/jobs/" + id}) == "204");
  CHECK(files_in(platen.folder() / "data/artifacts") == 0);
  CHECK(code_of({platen.url() + "/v1/jobs/" + id + "/result"}) == "404");
}
