// The log's lines, and who waits for them: nobody.
#include "base/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/fd.hpp"
#include "base/guarded.hpp"
#include "base/log_writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

using namespace platen;  // NOLINT: a test file

namespace {

LogLine a_line(std::string_view message, std::span<const LogField> fields) {
  return {TimePoint(std::chrono::milliseconds(1'700'000'000'123)), "platend", "info", message, fields};
}

LogEntry entry(std::string text) {
  LogEntry one;
  one.push_back(std::move(text));
  return one;
}

LogEntry complaint(std::uint64_t count) { return entry("dropped " + std::to_string(count) + "\n"); }

}  // namespace

TEST_CASE("a line of logfmt quotes what is more than a word, and is one line") {
  const std::vector<LogField> fields{{"method", "GET"}, {"path", "/a b\"\\"},
                                     {"nothing", ""},   {"status", std::int64_t{200}},
                                     {"ms", 1.234},     {"reason", "two\nlines\x1b[0m"}};
  CHECK(logfmt_line(a_line("request", fields)) ==
        "2023-11-14T22:13:20.123Z platend info request method=GET path=\"/a b\\\"\\\\\" status=200 ms=1.23 "
        "reason=\"two\\nlines\\x1b[0m\"\n");
  CHECK(logfmt_line(a_line("from\noutside", {})) == "2023-11-14T22:13:20.123Z platend info from\\noutside\n");
}

TEST_CASE("a line of JSON has numbers as numbers, and is JSON whatever bytes come") {
  const std::vector<LogField> fields{{"path", "/ü\"\\\n"},
                                     {"bad", "a\xff\xc0\x80z\xed\xa0\x80"},
                                     {"status", std::int64_t{200}},
                                     {"ms", 0.5},
                                     {"nothing", ""}};
  CHECK(json_line(a_line("request", fields)) ==
        R"({"time":"2023-11-14T22:13:20.123Z","process":"platend","level":"info","message":"request",)"
        R"("path":"/ü\"\\\u000a","bad":"a\ufffd\ufffd\ufffdz\ufffd\ufffd\ufffd","status":200,"ms":0.50})"
        "\n");
}

TEST_CASE("the journal gets each field by its name") {
  const std::vector<LogField> fields{{"job_id", "job_1"}, {"status", std::int64_t{200}}, {"trace_id", ""}};
  CHECK(journal_fields(a_line("request", fields)) ==
        std::vector<std::string>{"MESSAGE=request job_id=job_1 status=200", "PRIORITY=6", "SYSLOG_IDENTIFIER=platend",
                                 "PLATEN_JOB_ID=job_1", "PLATEN_STATUS=200"});
  LogLine warning = a_line("x", {});
  warning.level = "warning";
  CHECK(journal_fields(warning)[1] == "PRIORITY=4");
}

TEST_CASE("lines are written in their order, the last ones at the end") {
  std::string written;
  {
    LogWriter writer(
        [&](const std::vector<LogEntry>& lines) {
          for (const LogEntry& line : lines) written += line.front();
        },
        complaint);
    for (int i = 0; i < 1'000; ++i) writer.put(entry(std::to_string(i) + "\n"));
    CHECK(writer.dropped() == 0);
  }
  std::string wanted;
  for (int i = 0; i < 1'000; ++i) wanted += std::to_string(i) + "\n";
  CHECK(written == wanted);
}

TEST_CASE("while nobody takes the lines nobody waits: what is too much is dropped, counted and told of") {
  struct Sink {
    Guarded<std::string> text;
    Guarded<bool> is_open{false};
    Guarded<bool> is_writing{false};
  };
  const auto sink = std::make_shared<Sink>();
  const std::string line(1'024, 'x');
  {
    LogWriter writer(
        [sink](const std::vector<LogEntry>& lines) {
          *sink->is_writing.lock() = true;
          (void)sink->is_open.wait({}, [](bool open) { return open; });
          for (const LogEntry& one : lines) *sink->text.lock() += one.front().substr(0, 9);
        },
        complaint);
    writer.put(entry(line));
    test::eventually([&] { return *sink->is_writing.lock(); });
    constexpr std::size_t more = 1'000;
    const std::size_t fit = LogWriter::most_bytes / line.size();
    for (std::size_t i = 0; i < fit + more; ++i) writer.put(entry(line));  // returns, with the sink shut
    CHECK(writer.dropped() >= more);
    *sink->is_open.lock() = true;
    sink->is_open.notify_all();
    test::eventually([&] { return sink->text.lock()->find("dropped ") != std::string::npos; });
    writer.put(entry("afterward"));
  }
  CHECK(sink->text.lock()->ends_with("afterward"));
}

TEST_CASE("a write that hangs does not keep a program from its end") {
  struct Stuck {
    Guarded<bool> may_go{false};
    Guarded<bool> went{false};
  };
  const auto stuck = std::make_shared<Stuck>();
  {
    LogWriter writer(
        [stuck](const std::vector<LogEntry>&) {
          (void)stuck->may_go.wait({}, [](bool may) { return may; });
          *stuck->went.lock() = true;
        },
        complaint);
    writer.put(entry("never\n"));
  }
  CHECK_FALSE(*stuck->went.lock());
  *stuck->may_go.lock() = true;
  stuck->may_go.notify_all();
  test::eventually([&] { return *stuck->went.lock(); });
}

TEST_CASE("whole lines go to a pipe in one piece") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const Fd out(ends[0]);
  const Fd in(ends[1]);
  const std::string line = std::string(1'500, 'x') + "\n";
  write_lines(in.get(), {entry(line), entry(line), entry(line), entry("end\n")});
  std::string seen(64 * 1024, '\0');
  const ssize_t got = ::read(out.get(), seen.data(), seen.size());
  REQUIRE(got > 0);
  seen.resize(static_cast<std::size_t>(got));
  CHECK(seen == line + line + line + "end\n");
}

TEST_CASE("a log's format and level that are none are refused") {
  CHECK_FALSE(start_log("test", {.level = "loud", .format = "logfmt"}));
  CHECK_FALSE(start_log("test", {.level = "info", .format = "xml"}));
}
