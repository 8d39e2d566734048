#include "base/log.hpp"

#include <spdlog/sinks/sink.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "base/clock.hpp"
#include "base/log_writer.hpp"
#include "base/systemd.hpp"

namespace platen {

namespace {

enum class Form { logfmt, json, journal };

std::string_view text_of(spdlog::level::level_enum level) {
  const auto view = spdlog::level::to_string_view(level);
  return {view.data(), view.size()};
}

LogEntry entry_of(const std::string& process, Form form, spdlog::level::level_enum level, std::string_view message,
                  std::span<const LogField> fields) {
  const LogLine line{SystemClock().now(), process, text_of(level), message, fields};
  if (form == Form::journal) return journal_fields(line);
  LogEntry one;
  one.push_back(form == Form::json ? json_line(line) : logfmt_line(line));
  return one;
}

/// Where the logger's lines go. Threads: any.
class LogSink final : public spdlog::sinks::sink {
 public:
  LogSink(std::string_view process, Form form)
      : process_(process),
        form_(form),
        // The writer's thread may outlive this.
        writer_([form](const std::vector<LogEntry>& lines) { write(form, lines); },
                [name = process_, form](std::uint64_t count) {
                  const LogField field{"count", static_cast<std::int64_t>(count)};
                  return entry_of(name, form, spdlog::level::warn, "lines of the log were dropped", {&field, 1});
                }) {}

  void put(spdlog::level::level_enum level, std::string_view message, std::span<const LogField> fields) {
    writer_.put(entry_of(process_, form_, level, message, fields));
  }
  [[nodiscard]] std::uint64_t dropped() const { return writer_.dropped(); }

  void log(const spdlog::details::log_msg& message) override {
    put(message.level, {message.payload.data(), message.payload.size()}, {});
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  static void write(Form form, const std::vector<LogEntry>& lines) {
    if (form != Form::journal) return write_lines(STDERR_FILENO, lines);
    for (const LogEntry& line : lines) send_to_journal(line);
  }

  std::string process_;
  Form form_;
  LogWriter writer_;
};

LogSink* sink_of(const spdlog::logger& logger) {
  return logger.sinks().empty() ? nullptr : dynamic_cast<LogSink*>(logger.sinks().front().get());
}

}  // namespace

void define(Settings& settings, LogOptions& options) {
  settings.add({.name = "log-level", .help = "How much is logged: trace, debug, info, warn, error or off."},
               options.level);
  settings.add(
      {.name = "log-format",
       .help = "logfmt or json, a line each on standard error. Under systemd the journal gets fields instead."},
      options.format);
}

Result<void> start_log(std::string_view process, const LogOptions& options) {
  const spdlog::level::level_enum chosen = spdlog::level::from_str(options.level);
  if (chosen == spdlog::level::off && options.level != "off")
    return fail(Errc::invalid_request,
                "log-level: '" + options.level + "' is not one of trace, debug, info, warn, error, off");
  if (options.format != "logfmt" && options.format != "json")
    return fail(Errc::invalid_request, "log-format: '" + options.format + "' is neither logfmt nor json");
  Form form = options.format == "json" ? Form::json : Form::logfmt;
  if (is_journal(STDERR_FILENO)) form = Form::journal;
  auto logger = std::make_shared<spdlog::logger>(std::string(process), std::make_shared<LogSink>(process, form));
  logger->set_level(chosen);
  spdlog::set_default_logger(std::move(logger));
  return {};
}

void log_line(spdlog::level::level_enum level, std::string_view message, std::span<const LogField> fields) {
  spdlog::logger* const logger = spdlog::default_logger_raw();
  if (!logger->should_log(level)) return;
  if (LogSink* const sink = sink_of(*logger)) return sink->put(level, message, fields);
  // Nobody set the log up: a test.
  const std::string text = journal_fields({{}, logger->name(), text_of(level), message, fields}).front();
  logger->log(level, "{}", text.substr(text.find('=') + 1));
}

void log_line(spdlog::level::level_enum level, std::string_view message, std::initializer_list<LogField> fields) {
  log_line(level, message, std::span<const LogField>(fields.begin(), fields.size()));
}

std::uint64_t log_lines_dropped() {
  const LogSink* const sink = sink_of(*spdlog::default_logger_raw());
  return sink == nullptr ? 0 : sink->dropped();
}

}  // namespace platen
