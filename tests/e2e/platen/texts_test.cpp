// What the programs say of themselves: man pages, completions in the shells themselves, help; and the user's settings.
#include <filesystem>

#include "base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temp_dir.hpp"

using namespace platen::test;  // NOLINT: a test file

namespace {

const std::string program = std::string(PLATEN_BINARIES) + "/platen";
const std::string manual = std::string(PLATEN_BINARIES) + "/manual/";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
bool is_there(const std::string& tool) { return run({"sh", "-c", "command -v " + tool}).exit_code == 0; }

std::string file_text(const std::string& path) { return platen::read_file(path, 1U << 20U).value(); }

/// What bash offers for a line whose last word is being typed.
std::string bash_offers(const std::string& words) {
  return run({"bash", "-c",
              "source \"$1\"; read -ra COMP_WORDS <<<\"$2\"; [[ $2 == *' ' ]] && COMP_WORDS+=(''); "
              "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _platen; printf '%s\\n' \"${COMPREPLY[@]}\"",
              "bash", manual + "platen.bash", words})
      .out;
}

}  // namespace

TEST_CASE("the man pages hold every command and setting, and man has no complaint about them") {
  const std::string page = file_text(manual + "platen.1");
  for (const char* part : {".SS \"submit\"", ".SS \"key rotate\"", "\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIFILE\\fR",
                           ".SH \"EXAMPLES\"", "Exit status: 0 ok", "\\fIhigh|normal|low\\fR"})
    CHECK(has(page, part));
  CHECK(has(file_text(manual + "platend.8"), "\\fB\\-\\-drain\\-timeout\\fR"));
  CHECK(has(file_text(manual + "platen-worker.8"), "\\fB\\-\\-slots\\fR"));
  CHECK(has(file_text(manual + "platen.toml.5"), "\\fBpublic\\-url\\fR"));
  for (const char* name : {"platen.1", "platend.8", "platen-worker.8", "platen.toml.5"}) {
    INFO(name);
    if (is_there("man")) {
      const Output output =
          run({"sh", "-c", "LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -l \"$1\" >/dev/null", "sh", manual + name});
      CHECK(output.exit_code == 0);
      CHECK(output.err == "");
    }
    // It would have a date, which a page that is made anew with each build does not need.
    if (is_there("mandoc"))
      CHECK(run({"sh", "-c", "mandoc -T lint -W warning \"$1\" | grep -v 'missing date'", "sh", manual + name}).out ==
            "");
  }
}

TEST_CASE("bash completes commands, options, choices and files") {
  CHECK(bash_offers("platen do") == "download\ndoctor\n");
  CHECK(has(bash_offers("platen submit --pri"), "--priority\n"));
  CHECK(bash_offers("platen submit x.csv --priority ") == "high\nnormal\nlow\n");
  CHECK(bash_offers("platen key ro") == "rotate\n");
  CHECK(has(bash_offers("platen --server http://x list --st"), "--status\n"));
  CHECK(has(bash_offers("platen submit /etc/pass"), "/etc/passwd\n"));
  CHECK(bash_offers("platen completion ") == "bash\nzsh\nfish\n");
}

TEST_CASE("zsh and fish read their completions") {
  if (is_there("zsh")) {
    const Output output =
        run({"zsh", "-f", "-c", "autoload -U compinit; compinit -D; source \"$1\"; echo $_comps[platen]", "zsh",
             manual + "platen.zsh"});
    CHECK(output.out == "_platen\n");
    CHECK(output.err == "");
  }
  if (is_there("fish")) {
    const Output output = run({"fish", "--no-config", "-c",
                               "source " + manual +
                                   "platen.fish; complete -C 'platen submit --pri'; complete -C 'platen submit "
                                   "--priority '; complete -C 'platen ke'"});
    CHECK(has(output.out, "--priority"));
    CHECK(has(output.out, "high"));
    CHECK(has(output.out, "key\t"));
    CHECK(output.err == "");
  }
}

TEST_CASE("every command's help has an example") {
  for (const char* command : {"submit", "watch", "get", "list", "cancel", "redrive", "download", "upload", "up",
                              "doctor", "key", "completion", "man"}) {
    const Output output = run({program, command, "--help"});
    INFO(command);
    CHECK(output.exit_code == 0);
    CHECK(has(output.out, std::string("  platen ") + command));
  }
}

TEST_CASE("flags stand over the environment, that over the file, that over the defaults") {
  const TempDir folder;
  std::filesystem::create_directories(folder / "platen");
  const auto asked_of = [&](std::vector<std::string> variables, std::vector<std::string> flags) {
    std::vector<std::string> command{"env", "-u", "PLATEN_SERVER", "XDG_CONFIG_HOME=" + folder.path().string()};
    command.insert(command.end(), variables.begin(), variables.end());
    command.insert(command.end(), {program, "list"});
    command.insert(command.end(), flags.begin(), flags.end());
    return run(command).err;
  };
  REQUIRE(platen::write_file(folder / "platen/config.toml", "server = \"http://127.0.0.1:2\"\n", 0600));
  CHECK(has(asked_of({}, {}), "127.0.0.1:2:"));
  CHECK(has(asked_of({"PLATEN_SERVER=http://127.0.0.1:3"}, {}), "127.0.0.1:3:"));
  CHECK(has(asked_of({"PLATEN_SERVER=http://127.0.0.1:3"}, {"--server", "http://127.0.0.1:4"}), "127.0.0.1:4:"));
  REQUIRE(platen::write_file(folder / "other.toml", "server = \"http://127.0.0.1:5\"\n", 0600));
  CHECK(has(asked_of({}, {"--client-config", folder / "other.toml"}), "127.0.0.1:5:"));

  const std::string key = "plk_0123456789ab_" + std::string(64, 'd');
  REQUIRE(platen::write_file(folder / "platen/config.toml", "api-key = \"" + key + "\"\n", 0644));
  const std::string warned = asked_of({}, {});
  CHECK(has(warned, "chmod 600"));
  CHECK_FALSE(has(warned, key));

  REQUIRE(platen::write_file(folder / "platen/config.toml", "server = \"x\"\nserve = 1\n", 0600));
  CHECK(has(asked_of({}, {}), "config.toml:2: unknown key 'serve'. Did you mean 'server'?"));
  REQUIRE(platen::write_file(folder / "platen/config.toml", "\ncolor = \"pink\"\n", 0600));
  CHECK(has(asked_of({}, {}), "config.toml:2: color: 'pink' is none of auto, always and never"));
}

TEST_CASE("an upload waits as long as the server asks before it goes on") {
  const TempDir folder;
  REQUIRE(platen::write_file(folder / "a.csv", "a\n1\n", 0600));
  const std::string refusal =
      "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Type: application/problem+json\r\nConnection: "
      "close\r\n"
      "Content-Length: 48\r\n\r\n{\"code\":\"rate_limited\",\"detail\":\"Not so fast.\"}\n";
  const auto told = [](const std::string& offset, const std::string& complete) {
    return "HTTP/1.1 200 OK\r\nLocation: /v1/uploads/upl_1\r\nUpload-Offset: " + offset +
           "\r\nUpload-Length: 4\r\nUpload-Complete: " + complete +
           "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  };
  ScriptedServer server({{refusal}, {told("0", "?0")}, {refusal}, {told("0", "?0")}, {told("4", "?1")}});
  const Output output = run({program, "upload", folder / "a.csv", "--server", server.url()});
  INFO(output.err);
  CHECK(output.exit_code == 0);
  CHECK(output.out == "upl_1\n");
  CHECK(has(output.err, "Not so fast. Trying again in 1 s."));
  CHECK(has(output.err, "Not so fast. Going on in 1.0 s."));
  CHECK(server.requests().size() == 5);
}
