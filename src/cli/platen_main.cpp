// platen: the command line.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include "base/exit_code.hpp"
#include "base/nearest.hpp"
#include "base/process.hpp"
#include "cli/commands.hpp"
#include "cli/credentials.hpp"
#include "cli/keys.hpp"
#include "cli/up.hpp"

namespace {

using namespace platen::cli;

constexpr const char* footer =
    "Results go to standard output, progress to standard error.\n"
    "Exit status: 0 ok, 1 the job failed, 2 usage, 3 canceled, 4 not allowed, 5 unreachable or timeout;\n"
    "130 after Ctrl-C: the job goes on.\n";

/// The whole command line: what was given, and which command is to run.
/// Owns: the values that the parser writes to. Stays where it was made.
class CommandLine {
 public:
  using Command = std::function<Exit(Context)>;

  CommandLine() : app_("Large PDF reports from the command line.", "platen") {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.footer(footer);
    app_.set_version_flag("--version", std::string("platen ") + PLATEN_VERSION);
    app_.add_option("--server", server_, "The server's URL.")->envname("PLATEN_SERVER")->capture_default_str();
    app_.add_option("--key-file", key_file_,
                    "The file with your API key; else PLATEN_API_KEY, PLATEN_API_KEY_FILE or ~/.config/platen/api-key.")
        ->type_name("FILE");
    app_.add_flag("--json", json_, "Print JSON, one object a line, and no progress.");
    define_up();
    define_submit();
    define_upload();
    define_readers();
    define_key();
  }
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  [[nodiscard]] int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& end) {
      if (end.get_exit_code() == 0) return app_.exit(end);  // --help, --version
      complain(end, argc > 1 ? argv[1] : "");
      return static_cast<int>(Exit::usage);
    }
    const platen::StopOnSignals signals;
    if (up_->parsed()) return static_cast<int>(up(up_options_, signals.token()));
    Console console(json_ ? Format::json : Format::people);
    if (key_command_) return static_cast<int>(key_command_(console));
    auto key = find_api_key(key_file_);
    if (!key) {
      console.complain(key.error());
      return static_cast<int>(Exit::usage);
    }
    Api api(server_, signals.token(), *std::move(key));
    return static_cast<int>(command_({api, console}));
  }

 private:
  /// The parser does not say so when the first word is no command.
  void complain(const CLI::ParseError& error, const std::string& first) const {
    std::vector<std::string> names;
    for (const CLI::App* const command : app_.get_subcommands(nullptr)) names.push_back(command->get_name());
    const bool is_word = !first.empty() && first.front() != '-';
    if (is_word && std::find(names.begin(), names.end(), first) == names.end()) {
      fmt::print(stderr, "platen: there is no command '{}'.{}\n", first, platen::did_you_mean(first, names));
    } else {
      fmt::print(stderr, "platen: {}\n", error.what());
    }
    fmt::print(stderr, "platen --help shows what there is.\n");
  }

  void define_up() {
    up_ = app_.add_subcommand("up", "Run everything on this machine, with a Redis of its own, until Ctrl-C.");
    up_->add_option("--listen", up_options_.listen, "Listen on HOST:PORT; port 0 picks a free one.")
        ->capture_default_str();
    up_->add_option("--port-file", up_options_.port_file, "Write the port to this file once everything is ready.");
    up_->add_option("--data-dir", up_options_.data_dir, "Keep everything in this folder [~/.local/share/platen].");
    up_->add_option("--slots", up_options_.slots, "Reports that are drawn at once [one a core].")
        ->check(CLI::Range(1, 1024));
    up_->add_option("--redis-server", up_options_.redis_server, "The redis-server to run.")->capture_default_str();
    up_->add_option("--log-level", up_options_.log_level, "What the programs log: trace, debug, info, warn, error.")
        ->capture_default_str();
  }

  void define_submit() {
    CLI::App* const submit_app = app_.add_subcommand("submit", "Make a report of a CSV or NDJSON file.");
    submit_app->add_option("FILE", submit_options_.file, "The data; - is standard input.")->required();
    submit_app->add_option("-t,--title", submit_options_.title, "The report's title.");
    submit_app->add_option("--subtitle", submit_options_.subtitle, "A line below it.");
    submit_app->add_option("--orientation", submit_options_.orientation, "portrait or landscape.")
        ->check(CLI::IsMember({"portrait", "landscape"}));
    submit_app->add_option("--report", submit_options_.report_file, "JSON of the report: title, columns and the rest.");
    define_job_choices(submit_app, submit_options_.job);
    submit_app->add_flag("-w,--watch", submit_options_.watch, "Wait for it and show its progress.");
    submit_app->add_option("-o,--output", submit_options_.output, "Wait for it and download the PDF to this file.");
    on(submit_app, [this](Context context) { return submit(context, submit_options_); });
  }

  void define_upload() {
    CLI::App* const upload_app = app_.add_subcommand("upload", "Send a file for later reports; print its id.");
    upload_app->add_option("FILE", upload_options_.file, "The data or the image.")->required();
    upload_app->add_option("--resume", upload_options_.resume, "Go on with this upload, which broke off.");
    on(upload_app, [this](Context context) { return upload(context, upload_options_); });
  }

  static void define_job_choices(CLI::App* app, platen::codec::JobChoices& job) {
    app->add_option("--priority", job.priority, "high, normal or low.")
        ->check(CLI::IsMember({"high", "normal", "low"}));
    CLI::Option* const delay = app->add_option("--delay", job.delay_seconds, "Do not start it for so many seconds.");
    app->add_option("--not-before", job.not_before, "Do not start it before this time, as in 2026-03-01T06:00:00Z.")
        ->excludes(delay);
    app->add_option("--group", job.group, "Run it after those that were sent before it in this group.");
    app->add_option("--expiry", job.expiry_seconds, "Forget it when nobody has started it for so many seconds.");
    app->add_option("--dedupe", job.dedupe, "content: take the result of an equal report, where there is one.")
        ->check(CLI::IsMember({"content"}));
  }

  void define_readers() {
    CLI::App* const watch_app = with_id("watch", "Show a job's progress to its end.");
    add_output(watch_app, "Then download the PDF to this file.");
    on(watch_app, [this](Context context) { return watch(context, id_, output_); });

    CLI::App* const get_app = with_id("get", "Show a job, or download its PDF with -o.");
    add_output(get_app, "Download the PDF to this file; - is standard output.");
    on(get_app, [this](Context context) { return get(context, id_, output_); });

    CLI::App* const download_app = with_id("download", "Download a job's PDF under its own name, or to -o.");
    add_output(download_app, "The file to write; - is standard output.");
    on(download_app, [this](Context context) { return download(context, id_, output_); });

    CLI::App* const list_app = app_.add_subcommand("list", "List jobs, newest first.");
    list_app->add_option("--status", query_.status, "Only those queued, running, succeeded, failed …");
    list_app->add_option("--limit", query_.limit, "At most so many.")->check(CLI::Range(1, 200))->capture_default_str();
    list_app->add_option("--cursor", query_.cursor, "Go on where an earlier list ended.");
    on(list_app, [this](Context context) { return list(context, query_); });

    CLI::App* const cancel_app = with_id("cancel", "Stop a job.");
    on(cancel_app, [this](Context context) { return cancel(context, id_); });

    CLI::App* const redrive_app = app_.add_subcommand("redrive", "Run failed jobs again.");
    redrive_app->add_option("ID", id_, "The job.");
    redrive_app->add_flag("--all", redrive_all_, "All that failed.");
    redrive_app->require_option(1);
    on(redrive_app, [this](Context context) { return redrive_all_ ? redrive_all(context) : redrive(context, id_); });
  }

  void define_key() {
    CLI::App* const key_app = app_.add_subcommand("key", "Make, list and end API keys, in the service's Redis.");
    key_app->require_subcommand(1);
    key_app->fallthrough();
    key_app->add_option("--redis", key_store_.redis, "That Redis; else PLATEN_REDIS or the configuration file.")
        ->type_name("URL");
    key_app->add_option("--config", key_store_.config, "The configuration file [/etc/platen/platen.toml].")
        ->type_name("FILE");
    const auto add = [&](const char* name, const char* help, std::function<Exit(Console&)> run_command) {
      CLI::App* const command = key_app->add_subcommand(name, help);
      command->callback([this, run_command = std::move(run_command)] { key_command_ = run_command; });
      return command;
    };
    CLI::App* const create = add("create", "Make a key and print it, this once.",
                                 [this](Console& console) { return create_key(console, key_store_, key_options_); });
    create->add_option("--tenant", key_options_.tenant, "Whose key it is.")->required();
    create->add_option("--scope", key_options_.scopes, "What it may: submit, read, admin (all).")
        ->delimiter(',')
        ->capture_default_str();
    create->add_option("--name", key_options_.name, "What it is for.");
    create->add_option("--expires", key_options_.expires, "How long it works, as in 90d [for ever].");
    create->add_option("--submit-rate", key_options_.submit_rate, "Jobs that it may submit, as in 100/1m [no limit].");
    create->add_option("--request-rate", key_options_.request_rate,
                       "Requests that each front end takes of it, as in 50/1s [no limit].");
    CLI::App* const all = add("list", "List keys, ended ones too; what they are is kept nowhere.",
                              [this](Console& console) { return list_keys(console, key_store_, key_options_.tenant); });
    all->add_option("--tenant", key_options_.tenant, "Only those of this tenant.");
    add("revoke", "End a key now.", [this](Console& console) { return revoke_key(console, key_store_, id_); })
        ->add_option("ID", id_, "The key's id.")
        ->required();
    CLI::App* const rotate =
        add("rotate", "Make another key in the place of one, and print it.",
            [this](Console& console) { return rotate_key(console, key_store_, id_, key_overlap_); });
    rotate->add_option("ID", id_, "The key's id.")->required();
    rotate->add_option("--overlap", key_overlap_, "How long the old one goes on; 0: not at all.")
        ->capture_default_str();
  }

  CLI::App* with_id(const std::string& name, const std::string& help) {
    CLI::App* const command = app_.add_subcommand(name, help);
    command->add_option("ID", id_, "The job.")->required();
    return command;
  }

  void add_output(CLI::App* command, const std::string& help) { command->add_option("-o,--output", output_, help); }

  void on(CLI::App* command, Command run_command) {
    command->callback([this, run_command] { command_ = run_command; });
  }

  CLI::App app_;
  CLI::App* up_ = nullptr;
  std::string server_ = "http://127.0.0.1:8080";
  std::string key_file_;
  bool json_ = false;
  UpOptions up_options_;
  SubmitOptions submit_options_;
  UploadOptions upload_options_;
  ListQuery query_;
  std::string id_;
  bool redrive_all_ = false;
  std::string output_;
  Command command_;
  KeyStoreOptions key_store_;
  KeyCreateOptions key_options_;
  std::string key_overlap_ = "24h";
  std::function<Exit(Console&)> key_command_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    CommandLine command_line;
    return command_line.run(argc, argv);
  } catch (const std::system_error& error) {  // standard output is full or gone, or there are no descriptors left
    fmt::print(stderr, "platen: {}\n", error.what());
    return platen::exit_unavailable;
  } catch (const std::exception& error) {
    fmt::print(stderr, "platen: a bug: {}\n", error.what());
    return platen::exit_bug;
  }
}
