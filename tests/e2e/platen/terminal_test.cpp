// The command line in a terminal: bars, Ctrl-C; and several jobs at once, by files and by tags.
#include "tests/support/terminal.hpp"

#include <filesystem>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string program = std::string(PLATEN_BINARIES) + "/platen";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string write_orders(const Installation& platen, const std::string& name, std::size_t rows) {
  std::string path = platen.folder() / name;
  REQUIRE(platen::write_file(path, orders_csv(rows), 0600));
  return path;
}

Output platen_cli(const Installation& platen, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program);
  arguments.insert(arguments.end(), {"--server", platen.url()});
  return run(std::move(arguments));
}

}  // namespace

TEST_CASE("on a terminal each of several jobs has a bar, and in the end a PDF") {
  Installation platen;
  std::vector<std::string> command{program, "submit"};
  for (const char* name : {"north.csv", "south.csv", "west.csv"}) command.push_back(write_orders(platen, name, 20'000));
  std::filesystem::create_directory(platen.folder() / "out");
  command.insert(command.end(), {"-o", platen.folder() / "out", "--server", platen.url()});
  Terminal terminal(command);
  // One slot: while one is drawn the others' lines stand there, waiting.
  eventually([&] {
    std::size_t bars = 0;
    std::size_t waiting = 0;
    for (const std::string& line : terminal.screen()) {
      bars += has(line, ".csv  ") && has(line, "% ") ? 1 : 0;
      waiting += has(line, ".csv  ") && has(line, "queued") ? 1 : 0;
    }
    return bars >= 1 && bars + waiting >= 2;
  });
  CHECK(terminal.finish() == 0);
  INFO(terminal.read());
  CHECK(has(terminal.read(), "\x1b["));
  for (const std::string& line : terminal.screen()) CHECK_FALSE(has(line, "["));  // no bar is left behind
  for (const char* name : {"north", "south", "west"})
    CHECK(wrong_with_orders_pdf(platen.folder() / "out/" + name + ".pdf", 20'000) == "");
}

TEST_CASE("Ctrl-C leaves the job to go on and says how to come back, which works") {
  Installation platen({.has_worker = false});
  Terminal terminal({program, "submit", write_orders(platen, "orders.csv", 100), "--watch", "--server", platen.url()});
  eventually([&] { return has(terminal.read(), "queued"); });
  for (const std::string& line : terminal.screen()) CHECK_FALSE(has(line, "["));  // the upload's bar has gone
  terminal.press_ctrl_c();
  CHECK(terminal.finish() == 130);
  const std::string said = terminal.read();
  INFO(said);
  const std::size_t at = said.find("Come back with: platen watch ");
  REQUIRE(at != std::string::npos);
  const std::size_t begin = said.find("job_", at);
  const std::string id = said.substr(begin, said.find(' ', begin) - begin);
  CHECK(has(said, "--server " + platen.url()));
  platen.start_worker();
  CHECK(platen_cli(platen, {"watch", id}).exit_code == 0);
}

TEST_CASE("through a pipe several jobs are plain lines that begin with their files") {
  Installation platen;
  const std::string one = write_orders(platen, "one.csv", 300);
  REQUIRE(platen::write_file(platen.folder() / "bad.csv", "a,b\n1,2\n3\n", 0600));
  const Output output = platen_cli(platen, {"submit", one, platen.folder() / "bad.csv", "--watch"});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 1);
  CHECK_FALSE(has(output.err, "\r"));
  CHECK_FALSE(has(output.err, "\x1b"));
  CHECK(has(output.err, one + ": 300 rows"));
  CHECK(has(output.err, "platen redrive job_"));
  CHECK(lines_in(output.out) == 1);  // the link of the one that is right
}

TEST_CASE("jobs are found by patterns of their tags, to be listed, downloaded and canceled") {
  Installation platen;
  const auto submit = [&](const std::string& file, const std::string& tag, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"submit", file, "--tag", tag});
    const Output output = platen_cli(platen, more);
    INFO(output.err);
    REQUIRE(output.exit_code == 0);
    return output.out.substr(0, output.out.find('\n'));
  };
  const std::string file = write_orders(platen, "orders.csv", 30);
  const std::string march = submit(file, "month=2026-03");
  const std::string april = submit(file, "month=2026-04");
  const std::string other = submit(file, "year=2026");
  CHECK(platen_cli(platen, {"watch", march, april, other}).exit_code == 0);

  const Output listed = platen_cli(platen, {"list", "--tag", "month=2026-*", "--json"});
  CHECK(lines_in(listed.out) == 2);
  CHECK_FALSE(has(listed.out, other));
  std::filesystem::create_directory(platen.folder() / "out");
  const Output fetched = platen_cli(platen, {"download", "--tag", "m*=*-0[34]", "-o", platen.folder() / "out"});
  INFO(fetched.err);
  CHECK(fetched.exit_code == 0);
  CHECK(lines_in(fetched.out) == 2);  // though both have one name

  const std::string late = submit(file, "month=2026-05", {"--delay", "600"});
  const Output canceled = platen_cli(platen, {"cancel", "--tag", "month=2026-*"});
  CHECK(canceled.exit_code == 0);
  CHECK(canceled.out == "canceled\n");
  CHECK(platen_cli(platen, {"watch", late}).exit_code == 3);
  const Output none = platen_cli(platen, {"cancel", "--tag", "month=2026-*"});
  CHECK(none.exit_code == 2);
  CHECK(platen_cli(platen, {"list", "--tag", "month"}).exit_code == 2);
  CHECK(platen_cli(platen, {"cancel", march, "--tag", "month=*"}).exit_code == 2);
  CHECK(platen_cli(platen, {"cancel", "-q"}).exit_code == 2);
  CHECK(platen_cli(platen, {"watch", "-o", platen.folder() / "x.pdf"}).exit_code == 2);
}

TEST_CASE("with --json all of it is JSON, one object a line, errors too, and quiet leaves results only") {
  Installation platen;
  const std::string file = write_orders(platen, "orders.csv", 30);
  const Output output = platen_cli(platen, {"submit", file, "-o", platen.folder() / "a.pdf", "--json"});
  CHECK(output.exit_code == 0);
  CHECK(output.err.empty());
  for (std::size_t at = 0; at < output.out.size(); at = output.out.find('\n', at) + 1) CHECK(output.out[at] == '{');
  CHECK(has(output.out, "\"file\":\"" + (platen.folder() / "a.pdf") + "\"}\n"));
  const Output missing = platen_cli(platen, {"get", "job_none", "--json"});
  CHECK(missing.exit_code == 2);
  CHECK(missing.err.starts_with("{\"code\":\"not_found\""));
  const Output quiet = platen_cli(platen, {"submit", file, "-o", platen.folder() / "b.pdf", "-q"});
  CHECK(quiet.out == (platen.folder() / "b.pdf") + "\n");
  CHECK(quiet.err.empty());
}

TEST_CASE("standard input becomes a report, and its PDF goes to standard output") {
  Installation platen;
  const std::string file = write_orders(platen, "orders.csv", 200);
  const std::string pdf = platen.folder() / "orders.pdf";
  const Output output = run({"sh", "-c", "\"$1\" submit - --title Orders -o - --server \"$2\" <\"$3\" >\"$4\"", "sh",
                             program, platen.url(), file, pdf});
  INFO(output.err);
  CHECK(output.exit_code == 0);
  CHECK(wrong_with_orders_pdf(pdf, 200) == "");
  CHECK(platen_cli(platen, {"submit", file, file}).exit_code == 2);
  CHECK(has(run({"sh", "-c", "\"$1\" submit - --server \"$2\" <\"$3\"", "sh", program, platen.url(), file}).err,
            "--title"));
}
