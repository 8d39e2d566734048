// What `platen` takes: every command and option, defined once, for the parser, its help, man page and completions.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

#include "base/command_text.hpp"
#include "cli/client_settings.hpp"
#include "cli/commands.hpp"
#include "cli/doctor.hpp"
#include "cli/keys.hpp"
#include "cli/up.hpp"

namespace platen::cli {

/// Owns: the values that the parser writes to. Stays where it was made. Threads: one at a time.
class CommandLine {
 public:
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// Parses, runs the command, and returns the exit status.
  [[nodiscard]] int run(int argc, char** argv);
  [[nodiscard]] CommandText text() const;

 private:
  using OverApi = std::function<Exit(Context)>;
  using OverConsole = std::function<Exit(Console&)>;

  void define_common();
  void define_submit();
  void define_upload();
  void define_readers();
  void define_changes();
  void define_up();
  void define_key();
  void define_doctor();
  void define_texts();
  [[nodiscard]] int run_command();
  void complain(const CLI::ParseError& error, const std::string& first) const;
  void add_jobs(CLI::App* command, const std::string& tag_help);
  void add_output(CLI::App* command, const std::string& help);
  void on(CLI::App* command, OverApi run_command);
  void on(CLI::App* command, OverConsole run_command);
  [[nodiscard]] SettingSources client_sources() const;

  CLI::App app_;
  ClientSettings client_;
  // The common options' own values: they count only where they are given.
  std::string server_ = client_.server;
  std::string key_file_;
  std::string config_;
  std::string color_ = client_.color;
  bool json_ = false;
  bool quiet_ = false;
  bool no_color_ = false;

  UpOptions up_options_;
  SubmitOptions submit_options_;
  UploadOptions upload_options_;
  ListQuery query_;
  Selection selection_;
  bool redrive_all_ = false;
  std::string output_;
  KeyStoreOptions key_store_;
  KeyCreateOptions key_options_;
  std::string key_id_;
  std::string key_overlap_ = "24h";
  DoctorOptions doctor_options_;
  std::string shell_;
  OverApi over_api_;
  OverConsole over_console_;
};

}  // namespace platen::cli
