// The commands that run, look after and describe a service.
#include <fmt/format.h>

#include <cstdio>

#include "base/man_page.hpp"
#include "base/process.hpp"
#include "cli/command_line.hpp"
#include "cli/completion.hpp"

namespace platen::cli {

void CommandLine::define_up() {
  CLI::App* const up_app =
      app_.add_subcommand("up", "Run everything on this machine, with a Redis of its own, until Ctrl-C.");
  up_app->add_option("--listen", up_options_.listen, "Listen on HOST:PORT; port 0 picks a free one.")
      ->type_name("ADDRESS")
      ->capture_default_str();
  up_app->add_option("--port-file", up_options_.port_file, "Write the port to this file once everything is ready.")
      ->type_name("FILE");
  up_app->add_option("--data-dir", up_options_.data_dir, "Keep everything in this folder [~/.local/share/platen].")
      ->type_name("DIR");
  up_app->add_option("--slots", up_options_.slots, "Reports that are drawn at once [one a core].")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  up_app->add_option("--redis-server", up_options_.redis_server, "The redis-server to run.")
      ->type_name("FILE")
      ->capture_default_str();
  up_app->add_option("--log-level", up_options_.log_level, "What the programs log.")
      ->type_name("trace|debug|info|warn|error|off")
      ->capture_default_str();
  up_app->footer("Examples:\n  platen up\n  platen up --listen 127.0.0.1:9000 --data-dir /srv/reports\n");
  on(up_app, OverConsole([this](Console& console) {
       const StopOnSignals signals;
       return up(up_options_, console, signals.token());
     }));
}

void CommandLine::define_key() {
  CLI::App* const key_app = app_.add_subcommand("key", "Make, list and end API keys, in the service's Redis.");
  key_app->require_subcommand(1);
  key_app->fallthrough();
  key_app->add_option("--redis", key_store_.redis, "That Redis; else PLATEN_REDIS or the configuration file.")
      ->type_name("URL");
  key_app->add_option("--config", key_store_.config, "The configuration file [/etc/platen/platen.toml].")
      ->type_name("FILE");
  key_app->footer(
      "Examples:\n  platen key create --tenant finance --name 'nightly run' --expires 90d\n"
      "  platen key rotate 9f2c41d07a3b --overlap 24h\n");
  const auto add = [&](const char* name, const char* help, OverConsole run_command) {
    CLI::App* const command = key_app->add_subcommand(name, help);
    on(command, std::move(run_command));
    return command;
  };
  CLI::App* const create = add("create", "Make a key and print it, this once.",
                               [this](Console& console) { return create_key(console, key_store_, key_options_); });
  create->add_option("--tenant", key_options_.tenant, "Whose key it is.")->required();
  create->add_option("--scope", key_options_.scopes, "What it may: submit, read, admin (all).")
      ->type_name("submit|read|admin")
      ->delimiter(',')
      ->capture_default_str();
  create->add_option("--name", key_options_.name, "What it is for.");
  create->add_option("--expires", key_options_.expires, "How long it works, as in 90d [for ever].")->type_name("TIME");
  create->add_option("--submit-rate", key_options_.submit_rate, "Jobs that it may submit, as in 100/1m [no limit].")
      ->type_name("N/TIME");
  create
      ->add_option("--request-rate", key_options_.request_rate,
                   "Requests that each front end takes of it, as in 50/1s [no limit].")
      ->type_name("N/TIME");
  CLI::App* const all = add("list", "List keys, ended ones too; what they are is kept nowhere.",
                            [this](Console& console) { return list_keys(console, key_store_, key_options_.tenant); });
  all->add_option("--tenant", key_options_.tenant, "Only those of this tenant.");
  add("revoke", "End a key now.", [this](Console& console) { return revoke_key(console, key_store_, key_id_); })
      ->add_option("ID", key_id_, "The key's id.")
      ->type_name("ID")
      ->required();
  CLI::App* const rotate =
      add("rotate", "Make another key in the place of one, and print it.",
          [this](Console& console) { return rotate_key(console, key_store_, key_id_, key_overlap_); });
  rotate->add_option("ID", key_id_, "The key's id.")->type_name("ID")->required();
  rotate->add_option("--overlap", key_overlap_, "How long the old one goes on; 0: not at all.")
      ->type_name("TIME")
      ->capture_default_str();
}

void CommandLine::define_doctor() {
  CLI::App* const doctor_app =
      app_.add_subcommand("doctor", "Check what an installation on this machine needs, and say what to do.");
  doctor_app->add_option("--config", doctor_options_.config, "The configuration file [/etc/platen/platen.toml].")
      ->type_name("FILE");
  doctor_app->add_option("--redis", doctor_options_.redis, "Look at this Redis instead of the configuration's.")
      ->type_name("URL");
  doctor_app->add_option("--data-dir", doctor_options_.data_dir, "And at this folder.")->type_name("DIR");
  doctor_app->footer(
      "Without settings, and while `platen up` runs, it looks at that. Run it as root or as the service's user: what "
      "it may "
      "read and write is part of what it checks. Exit status 1 when something must be mended; warnings alone are 0.\n"
      "\n"
      "Examples:\n"
      "  platen doctor\n"
      "  platen doctor --json | grep -v '\"ok\"'\n");
  on(doctor_app, OverConsole([this](Console& console) {
       doctor_options_.server = client_.server;
       const StopOnSignals signals;
       return doctor(console, doctor_options_, signals.token());
     }));
}

void CommandLine::define_texts() {
  CLI::App* const completion_app =
      app_.add_subcommand("completion", "Print what makes a shell complete platen's words.");
  completion_app->add_option("SHELL", shell_, "The shell.")
      ->type_name("bash|zsh|fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->required();
  completion_app->footer(
      "Examples:\n"
      "  source <(platen completion bash)\n"
      "  platen completion zsh > ~/.zfunc/_platen\n"
      "  platen completion fish > ~/.config/fish/completions/platen.fish\n");
  on(completion_app, OverConsole([this](Console&) {
       fmt::print("{}", completion(text(), shell_));
       return Exit::ok;
     }));
  CLI::App* const man_app = app_.add_subcommand("man", "Print the manual page, as man reads it.");
  man_app->footer("Examples:\n  platen man | man -l -\n");
  on(man_app, OverConsole([this](Console&) {
       fmt::print("{}", man_page(text(), {.section = "1",
                                          .version = PLATEN_VERSION,
                                          .see_also = "platend(8), platen-worker(8), platen.toml(5)"}));
       return Exit::ok;
     }));
}

}  // namespace platen::cli
