// The command line, as a person and as a script use it.
#include <fcntl.h>
#include <signal.h>

#include <filesystem>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/installation.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

std::string program() { return std::string(PLATEN_BINARIES) + "/platen"; }

Output platen_cli(const Installation& platen, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program());
  arguments.insert(arguments.end(), {"--server", platen.url()});
  return run(std::move(arguments));
}

/// `platen up` in a folder of its own, on a free port.
class Up {
 public:
  Up() : up_({program(), "up", "--listen", "127.0.0.1:0", "--port-file", folder_ / "port", "--data-dir", data_dir()}) {
    const std::string port = eventually([&]() -> std::optional<std::string> {
      const auto text = platen::read_file(folder_ / "port", 100);
      if (!text || text->find('\n') == std::string::npos) return std::nullopt;
      return text->substr(0, text->find('\n'));
    });
    url_ = "http://127.0.0.1:" + port;
    eventually([&] { return run({"curl", "-sf", url_ + "/readyz"}).exit_code == 0; });
  }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] std::string data_dir() const { return folder_ / "data"; }
  [[nodiscard]] const TempDir& folder() const noexcept { return folder_; }
  [[nodiscard]] Background& program_under_test() noexcept { return up_; }
  /// Whether any process still has the folder on its command line.
  [[nodiscard]] bool leaves_something() const { return run({"pgrep", "-f", folder_.path().string()}).exit_code == 0; }

 private:
  TempDir folder_;
  Background up_;
  std::string url_;
};

}  // namespace

TEST_CASE("submit, watch and download in one command") {
  Installation platen;
  REQUIRE(platen::write_file(platen.folder() / "orders.csv", orders_csv(3000), 0600));
  const std::string pdf = platen.folder() / "orders.pdf";
  const Output output =
      platen_cli(platen, {"submit", platen.folder() / "orders.csv", "--title", "Orders", "--watch", "-o", pdf});
  INFO(output.out << output.err);
  REQUIRE(output.exit_code == 0);
  CHECK(wrong_with_orders_pdf(pdf, 3000) == "");
  CHECK(output.err.find('\r') == std::string::npos);  // a pipe gets plain lines, no redrawn bar

  const Output listed = platen_cli(platen, {"list", "--json"});
  CHECK(listed.exit_code == 0);
  const std::string id = text_field(listed.out, "id");
  CHECK(platen_cli(platen, {"get", id}).exit_code == 0);
  CHECK(platen_cli(platen, {"watch", id}).exit_code == 0);
}

TEST_CASE("a job that fails is exit status 1, and its message stands on stderr") {
  Installation platen;
  REQUIRE(platen::write_file(platen.folder() / "bad.csv", "a,b\n1,2\n3\n", 0600));
  const Output output = platen_cli(platen, {"submit", platen.folder() / "bad.csv", "--title", "Bad", "--watch"});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 1);
  CHECK(output.err.find("ow 2") != std::string::npos);
}

TEST_CASE("a wrong command line is exit status 2, an absent server 5 and says what to start") {
  CHECK(run({program(), "submit"}).exit_code == 2);
  CHECK(run({program(), "frobnicate"}).exit_code == 2);
  const Output unreachable = run({program(), "list", "--server", "http://127.0.0.1:1"});
  CHECK(unreachable.exit_code == 5);
  CHECK(unreachable.err.find("platen up") != std::string::npos);
}

TEST_CASE("platen up runs everything, refuses a second one on its folder, and leaves nothing when it is stopped") {
  Up up;
  REQUIRE(platen::write_file(up.folder() / "orders.csv", orders_csv(500), 0600));
  const std::string pdf = up.folder() / "orders.pdf";
  const Output output = run({program(), "submit", up.folder() / "orders.csv", "--title", "Orders", "--watch", "-o", pdf,
                             "--server", up.url()});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(wrong_with_orders_pdf(pdf, 500) == "");

  const Output second = run({program(), "up", "--listen", "127.0.0.1:0", "--data-dir", up.data_dir()});
  CHECK(second.exit_code != 0);

  up.program_under_test().process().signal(SIGTERM);
  CHECK(up.program_under_test().finish().exit_code == 0);
  CHECK_FALSE(up.leaves_something());
}

TEST_CASE("platen up killed without warning takes everything with it") {
  Up up;
  REQUIRE(up.leaves_something());
  up.program_under_test().process().signal(SIGKILL);
  eventually([&] { return !up.leaves_something(); });
}

TEST_CASE("the demo makes a report and exits 0") {
  const TempDir folder;
  const Output output = run({std::string(PLATEN_SOURCE) + "/examples/demo.sh", PLATEN_BINARIES, folder / "demo"});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(output.out.find(".pdf") != std::string::npos);
}
