#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/command_description.hpp"
#include "base/log.hpp"
#include "base/nearest.hpp"
#include "base/process.hpp"

namespace platen::cli {

namespace {

constexpr const char* footer =
    "Results go to standard output, progress and errors to standard error.\n"
    "\n"
    "Options stand over the environment, that over ~/.config/platen/config.toml (server, api-key-file, api-key, color, "
    "quiet).\n"
    "\n"
    "Exit status: 0 ok, 1 the job failed (or doctor found faults), 2 usage, 3 canceled, 4 not allowed, 5 unreachable, "
    "busy "
    "or timed out; 130 after Ctrl-C, and the jobs go on. Of several jobs, the first of 130, 5, 4, 2, 1, 3.\n"
    "\n"
    "Examples:\n"
    "  platen up\n"
    "  platen submit orders.csv --title 'Orders 2026' -o orders.pdf\n"
    "  platen submit data/*.csv --report monthly.json --tag team=finance -o reports/\n"
    "  platen list --status failed --tag 'team=fin*'\n";

}  // namespace

CommandLine::CommandLine() : app_("Large PDF reports from the command line.", "platen") {
  app_.require_subcommand(1);
  app_.fallthrough();
  app_.footer(footer);
  app_.set_version_flag("--version", std::string("platen ") + PLATEN_VERSION);
  define_common();
  define_up();
  define_submit();
  define_upload();
  define_readers();
  define_changes();
  define_key();
  define_doctor();
  define_texts();
}

void CommandLine::define_common() {
  app_.add_option("--server", server_, "The server's URL (PLATEN_SERVER).")->type_name("URL")->capture_default_str();
  app_.add_option("--api-key-file,--key-file", key_file_,
                  "The file with your API key; else PLATEN_API_KEY, PLATEN_API_KEY_FILE, the configuration file or "
                  "~/.config/platen/api-key.")
      ->type_name("FILE");
  app_.add_option("--client-config", config_,
                  "The file with your settings (PLATEN_CLI_CONFIG) [~/.config/platen/config.toml].")
      ->type_name("FILE");
  app_.add_flag("--json", json_, "Print JSON, one object a line, errors too, and no progress.");
  app_.add_flag("-q,--quiet", quiet_, "Print results and errors only.");
  app_.add_option("--color", color_, "Colours on the terminal (PLATEN_COLOR; auto minds NO_COLOR).")
      ->type_name("auto|always|never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  app_.add_flag("--no-color", no_color_, "No colours.");
}

SettingSources CommandLine::client_sources() const {
  SettingSources sources;
  if (app_.count("--server") > 0) sources.flags["server"] = server_;
  if (app_.count("--api-key-file") > 0) sources.flags["api-key-file"] = key_file_;
  if (app_.count("--color") > 0) sources.flags["color"] = color_;
  if (no_color_) sources.flags["color"] = "never";
  if (quiet_) sources.flags["quiet"] = "true";
  if (app_.count("--client-config") > 0) sources.config_file = config_;
  return sources;
}

int CommandLine::run(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& end) {
    if (end.get_exit_code() == 0) return app_.exit(end);  // --help, --version
    complain(end, argc > 1 ? argv[1] : "");
    return static_cast<int>(Exit::usage);
  }
  return run_command();
}

int CommandLine::run_command() {
  spdlog::set_level(spdlog::level::off);  // what the libraries of the daemons log is not for who types commands
  const Format format = json_ ? Format::json : Format::people;
  const auto refuse = [&](const Error& error) {
    Console({.format = format}).complain(error);
    return static_cast<int>(Exit::usage);
  };
  if (const auto loaded = client_.load(client_sources()); !loaded) return refuse(loaded.error());
  Console console(
      {.format = format, .colour = client_.colour(), .loudness = client_.quiet ? Loudness::quiet : Loudness::normal});
  if (over_console_) return static_cast<int>(over_console_(console));
  for (const std::string& warning : client_.warnings()) console.note("platen: " + warning);
  auto key = client_.find_key();
  if (!key) return refuse(key.error());
  const StopOnSignals signals;
  Api api(client_.server, signals.token(), *std::move(key));
  return static_cast<int>(over_api_({api, console}));
}

CommandText CommandLine::text() const { return describe(app_); }

/// The parser does not say so when the first word is no command.
void CommandLine::complain(const CLI::ParseError& error, const std::string& first) const {
  std::vector<std::string> names;
  for (const CLI::App* const command : app_.get_subcommands(nullptr)) names.push_back(command->get_name());
  const bool is_word = !first.empty() && first.front() != '-';
  if (is_word && std::find(names.begin(), names.end(), first) == names.end()) {
    fmt::print(stderr, "platen: there is no command '{}'.{}\n", first, did_you_mean(first, names));
    fmt::print(stderr, "platen --help shows what there is.\n");
  } else {
    fmt::print(stderr, "platen: {}\n", error.what());
    fmt::print(stderr, "platen{} --help shows what there is.\n", is_word ? " " + first : "");
  }
}

void CommandLine::define_submit() {
  CLI::App* const submit_app = app_.add_subcommand("submit", "Make reports of CSV or NDJSON files, one of each.");
  submit_app->add_option("FILE", submit_options_.files, "The data; - is standard input.")
      ->type_name("FILE")
      ->required();
  submit_app->add_option("-t,--title", submit_options_.title, "The report's title [its own, else the file's name].");
  submit_app->add_option("--subtitle", submit_options_.subtitle, "A line below it.");
  submit_app->add_option("--orientation", submit_options_.orientation, "How the pages lie.")
      ->type_name("portrait|landscape")
      ->check(CLI::IsMember({"portrait", "landscape"}));
  submit_app->add_option("--report", submit_options_.report_file, "JSON of the report: title, columns and the rest.")
      ->type_name("FILE");
  platen::codec::JobChoices& job = submit_options_.job;
  submit_app->add_option("--priority", job.priority, "Its place among the jobs that wait.")
      ->type_name("high|normal|low")
      ->check(CLI::IsMember({"high", "normal", "low"}));
  CLI::Option* const delay =
      submit_app->add_option("--delay", job.delay_seconds, "Do not start it for so many seconds.")->type_name("N");
  submit_app
      ->add_option("--not-before", job.not_before, "Do not start it before this time, as in 2026-03-01T06:00:00Z.")
      ->type_name("TIME")
      ->excludes(delay);
  submit_app->add_option("--group", job.group, "Run it after those that were sent before it in this group.");
  submit_app->add_option("--expiry", job.expiry_seconds, "Forget it when nobody has started it for so many seconds.")
      ->type_name("N");
  submit_app->add_option("--dedupe", job.dedupe, "Take the result of an equal report, where there is one.")
      ->type_name("content")
      ->check(CLI::IsMember({"content"}));
  submit_app->add_option("--tag", submit_options_.tags, "NAME=VALUE, to find it by; may be repeated.")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  submit_app->add_flag("-w,--watch", submit_options_.watch, "Wait for the reports and show their progress.");
  submit_app
      ->add_option("-o,--output", submit_options_.output,
                   "Wait for the PDF and write it to this file; - is standard output. A folder for several.")
      ->type_name("FILE");
  submit_app->footer(
      "Ctrl-C leaves the jobs to go on, and says how to come back to them.\n"
      "\n"
      "Examples:\n"
      "  platen submit orders.csv --title 'Orders 2026' --watch -o orders.pdf\n"
      "  psql -c 'COPY orders TO STDOUT CSV HEADER' | platen submit - --title Orders -o - > orders.pdf\n"
      "  platen submit data/*.csv --report monthly.json --tag month=2026-03 -o reports/\n");
  on(submit_app, [this](Context context) { return submit(context, submit_options_); });
}

void CommandLine::define_upload() {
  CLI::App* const upload_app = app_.add_subcommand("upload", "Send a file for later reports; print its id.");
  upload_app->add_option("FILE", upload_options_.file, "The data or the image.")->type_name("FILE")->required();
  upload_app->add_option("--resume", upload_options_.resume, "Go on with this upload, which broke off.")
      ->type_name("ID");
  upload_app->footer(
      "It goes on by itself over broken connections, and waits where the server asks for it.\n"
      "\n"
      "Examples:\n"
      "  platen upload logo.png\n"
      "  platen upload orders.csv --resume upl_0kqf…\n");
  on(upload_app, [this](Context context) { return upload(context, upload_options_); });
}

void CommandLine::define_readers() {
  CLI::App* const watch_app = app_.add_subcommand("watch", "Show jobs' progress to their ends.");
  add_jobs(watch_app, "All that have not ended and have this tag, by patterns; may be repeated.");
  add_output(watch_app, "Then write the PDF to this file. A folder for several.");
  watch_app->footer("Examples:\n  platen watch job_0kqf… -o orders.pdf\n  platen watch --tag 'month=2026-*'\n");
  on(watch_app, [this](Context context) { return watch(context, selection_, output_); });

  CLI::App* const get_app = app_.add_subcommand("get", "Show jobs, or write their PDFs with -o.");
  get_app->add_option("ID", selection_.ids, "The job.")->type_name("ID")->required();
  add_output(get_app, "Write the PDF to this file; - is standard output. A folder for several.");
  get_app->footer("Examples:\n  platen get job_0kqf…\n  platen get job_0kqf… --json\n");
  on(get_app, [this](Context context) { return get(context, selection_.ids, output_); });

  CLI::App* const download_app = app_.add_subcommand("download", "Write jobs' PDFs under their own names, or to -o.");
  add_jobs(download_app, "All that succeeded and have this tag, by patterns; may be repeated.");
  add_output(download_app, "The file to write; - is standard output. A folder for several.");
  download_app->footer("Examples:\n  platen download job_0kqf…\n  platen download --tag month=2026-03 -o reports/\n");
  on(download_app, [this](Context context) { return download(context, selection_, output_); });

  CLI::App* const list_app = app_.add_subcommand("list", "List jobs, newest first.");
  list_app->add_option("--status", query_.status, "Only those.")
      ->type_name("queued|delayed|running|retrying|canceling|succeeded|failed|canceled|expired");
  list_app->add_option("--tag", selection_.tags, "Only those with this tag, by patterns; may be repeated.")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  list_app->add_option("--limit", query_.limit, "At most so many.")
      ->type_name("N")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  list_app->add_option("--cursor", query_.cursor, "Go on where an earlier list ended.")->type_name("CURSOR");
  list_app->footer("Examples:\n  platen list --status failed\n  platen list --tag 'team=fin*' --json\n");
  on(list_app, [this](Context context) { return list(context, query_, selection_.tags); });
}

void CommandLine::define_changes() {
  CLI::App* const cancel_app = app_.add_subcommand("cancel", "Stop jobs.");
  add_jobs(cancel_app, "All that have not ended and have this tag, by patterns; may be repeated.");
  cancel_app->footer("Examples:\n  platen cancel job_0kqf…\n  platen cancel --tag 'run=nightly-*'\n");
  on(cancel_app, [this](Context context) { return cancel(context, selection_); });

  CLI::App* const redrive_app = app_.add_subcommand("redrive", "Run failed jobs again.");
  add_jobs(redrive_app, "All that failed and have this tag, by patterns; may be repeated.");
  CLI::Option* const all = redrive_app->add_flag("--all", redrive_all_, "All that failed.");
  for (const char* const other : {"ID", "--tag"}) all->excludes(redrive_app->get_option(other));
  redrive_app->footer("Examples:\n  platen redrive job_0kqf…\n  platen redrive --all\n");
  on(redrive_app,
     [this](Context context) { return redrive_all_ ? redrive_all(context) : redrive(context, selection_); });
}

void CommandLine::add_jobs(CLI::App* command, const std::string& tag_help) {
  CLI::Option* const ids = command->add_option("ID", selection_.ids, "The job.")->type_name("ID");
  command->add_option("--tag", selection_.tags, tag_help)
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->excludes(ids);
  command->require_option(1, 0);
}

void CommandLine::add_output(CLI::App* command, const std::string& help) {
  command->add_option("-o,--output", output_, help)->type_name("FILE");
}

void CommandLine::on(CLI::App* command, OverApi run_command) {
  command->callback([this, run_command = std::move(run_command)] { over_api_ = run_command; });
}

void CommandLine::on(CLI::App* command, OverConsole run_command) {
  command->callback([this, run_command = std::move(run_command)] { over_console_ = run_command; });
}

}  // namespace platen::cli
