// The console in Chromium, Debian's, against a whole Platen.
#include <signal.h>

#include "tests/e2e/clients/hand_worker.hpp"
#include "tests/e2e/clients/npm_programs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/webhook_target.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

void expect_success(const Installation& platen, const std::string& program, const std::vector<std::string>& arguments) {
  const Output output = run(node_program(program, arguments), std::chrono::seconds(170));
  INFO(output.out << output.err << platen.logs());
  CHECK(output.exit_code == 0);
}

/// Meanwhile the worker keeps its lease.
void await_line(const Background& program, const std::string& line, HandWorker& worker) {
  int looks = 0;
  eventually(
      [&] {
        if (++looks % 200 == 0) worker.report(50);
        return program.out().find(line + "\n") != std::string::npos;
      },
      std::chrono::seconds(60));
}

}  // namespace

TEST_CASE("the console makes a report of a file as it is told by clicks, and says where a broken one is wrong") {
  constexpr std::size_t rows = 100000;
  Installation platen;
  const std::string folder = platen.folder().path();
  REQUIRE(platen::write_file(folder + "/orders.csv", orders_csv(rows), 0600));
  REQUIRE(platen::write_file(folder + "/broken.csv", "name,amount\na,1\nb,two\n", 0600));
  std::string hostile = "<img src=x onerror=alert(1)>,\u202egnp.exe,<b>";
  hostile.append(10000, 'W').append("\n<b>bold</b>,\u202e1,").append(10000, 'W').append("\n");
  REQUIRE(platen::write_file(folder + "/hostile.csv", hostile, 0600));
  expect_success(platen, "console_report.mjs",
                 {platen.url(), folder, "<img src=x onerror=alert(1)> & it's <b>bold</b>"});
  CHECK(run({"qpdf", "--check", folder + "/orders.pdf"}).exit_code == 0);
  const std::string text = run({"pdftotext", "-layout", "-l", "1", folder + "/orders.pdf", "-"}).out;
  CHECK(text.find("<img src=x onerror=alert(1)> & it's <b>bold</b>") != std::string::npos);
  CHECK(text.find("Order <i>number</i>") != std::string::npos);

  // The command that the page shows makes the same report.
  const std::string events = run({"sh", "-c", "cd '" + folder + "' && . ./curl.sh"}).out;
  INFO(events);
  CHECK(events.find("event: succeeded") != std::string::npos);
  CHECK(events.find("\"rows\":100000") != std::string::npos);
}

TEST_CASE("the console lists jobs live: filtered, searched, paged and in bulk, hostile names only as text") {
  Installation platen;
  expect_success(platen, "console_jobs.mjs", {platen.url()});
}

TEST_CASE("the console's list makes no more rows of 5,000 jobs than it shows, whatever is searched or turned to") {
  const Installation platen({.has_worker = false});
  expect_success(platen, "console_many.mjs", {platen.url()});
}

TEST_CASE("the console shows the queue, its workers, and sends dead letters and webhooks again") {
  WebhookTarget target;
  Installation platen({.front_arguments = {"--webhook-allow-private", "127.0.0.0/8"}});
  expect_success(platen, "console_queue.mjs", {platen.url(), target.url("/ok")});
  CHECK(target.seen("/ok").size() >= 2);
}

TEST_CASE("the console says that the front end is away, goes on when it is back, and cancels what runs") {
  Installation platen({.has_worker = false});
  const std::string job = submit_small_report(platen);
  HandWorker worker(platen.redis());
  worker.claim();
  worker.report(50);
  Background page(node_program("console_restart.mjs", {platen.url(), job}));
  await_line(page, "shown", worker);
  platen.front().signal(SIGKILL);
  REQUIRE(platen.front().wait(patience).has_value());
  await_line(page, "away", worker);
  platen.start_front();
  await_line(page, "back", worker);
  worker.report(150);
  const Output output = page.finish();
  INFO(output.out << output.err << platen.logs());
  CHECK(output.exit_code == 0);
}

TEST_CASE("the console asks for a key where one is needed, and shows no button that it forbids") {
  Installation platen({.has_worker = false});
  expect_success(platen, "console_sign_in.mjs", {platen.url()});
}
