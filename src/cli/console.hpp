// What the command line says and where: results on standard output, progress and complaints on standard error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/text.hpp"
#include "codec/client_json.hpp"

namespace platen::cli {

enum class Format { people, json };

/// Owns: the one line at the bottom of a terminal that it draws over. Threads: one at a time.
class Console {
 public:
  /// `format` json: results are JSON, one object a line, and nothing is said of progress.
  explicit Console(Format format);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console();

  /// A line of the result. Throws std::system_error when it cannot be written.
  void result(std::string_view line);
  /// A line for whoever watches; not with json.
  void note(std::string_view line);
  /// What went wrong, with the places in the request if it names any.
  void complain(const Error& error);

  void show_upload(std::uint64_t sent, std::uint64_t total);
  /// An event of a job: progress moves the bar, all else is a line.
  void show_event(std::string_view kind, const codec::RemoteJob& event);

  [[nodiscard]] Format format() const noexcept { return format_; }

 private:
  void draw(const std::string& line);
  void erase();

  Format format_;
  bool on_terminal_;
  LineStyle style_;
  bool drawn_ = false;
  TenPercents pace_;
};

}  // namespace platen::cli
