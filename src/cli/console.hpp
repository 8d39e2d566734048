// What the command line says and where: results on standard output, progress and complaints on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.hpp"
#include "cli/text.hpp"
#include "codec/client_json.hpp"

namespace platen::cli {

enum class Format { people, json };
enum class Colour { automatic, always, never };
enum class Loudness { normal, quiet };

struct ConsoleOptions {
  Format format = Format::people;
  Colour colour = Colour::automatic;  ///< automatic: on a terminal, unless NO_COLOR is set (no-color.org)
  Loudness loudness = Loudness::normal;
};

/// Owns: the lines at the bottom of a terminal that it draws over, one for each job that is under way.
/// Threads: any. Jobs are told apart by a name, which stands before what is said of them; that of the only one is
/// empty.
class Console {
 public:
  /// With Format::json results are JSON, one object a line, and nothing is said of progress.
  explicit Console(ConsoleOptions options);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console();

  /// A line of the result. Throws std::system_error when it cannot be written.
  void result(std::string_view line);
  /// A line for whoever watches; neither with json nor quiet.
  void note(std::string_view line, std::string_view name = {});
  /// What went wrong, with the places in the request if it names any.
  void complain(const Error& error, std::string_view name = {});

  void show_upload(const std::string& name, std::uint64_t sent, std::uint64_t total);
  /// An event of a job: progress moves its bar, all else is a line.
  void show_event(const std::string& name, std::string_view kind, const codec::RemoteJob& event);
  /// The job's bar goes.
  void end(const std::string& name);

  [[nodiscard]] Format format() const noexcept { return options_.format; }

 private:
  struct Row {
    std::string name;
    std::string line;
    RowRate rate;
    TenPercents pace;
  };
  struct Screen {
    std::vector<Row> rows;
    std::size_t drawn = 0;  ///< lines, the cursor at the end of the last
    std::chrono::steady_clock::time_point last_drawn;
  };
  [[nodiscard]] static Row& row_of(Screen& screen, const std::string& name);
  [[nodiscard]] bool is_silent() const noexcept;
  [[nodiscard]] LineStyle style_beside(const Screen& screen) const;
  [[nodiscard]] std::size_t label_columns(const Screen& screen) const;
  void say(Screen& screen, std::string_view name, std::string_view line);
  void draw(Screen& screen);
  void erase(Screen& screen);

  ConsoleOptions options_;
  bool on_terminal_;
  LineStyle style_;
  Guarded<Screen> screen_;
};

}  // namespace platen::cli
