#include "tests/support/installation.hpp"

#include <fcntl.h>

#include <filesystem>
#include <map>
#include <stdexcept>

#include "base/fd.hpp"
#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"

namespace platen::test {

namespace {

constexpr std::size_t log_limit_bytes = 64UL * 1024 * 1024;

std::string file_text(const std::string& path) { return read_file(path, log_limit_bytes).value_or(std::string()); }

}  // namespace

Installation::Installation(InstallationOptions options) : options_(std::move(options)) {
  start_front();
  if (options_.has_worker) start_worker();
}

std::uint16_t Installation::port() const {
  return static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1)));
}

Process Installation::start(const std::string& program, std::vector<std::string> arguments) const {
  const std::string log = folder_ / (program + ".log");
  const Fd file(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  arguments.insert(arguments.begin(), std::string(PLATEN_BINARIES) + "/" + program);
  if (program == "platend")
    arguments.insert(arguments.begin(), options_.front_wrapper.begin(), options_.front_wrapper.end());
  auto started = Process::start(
      {.command = std::move(arguments), .environment = {}, .descriptors = {{file.get(), 1}, {file.get(), 2}}});
  if (!started) throw std::runtime_error(started.error().detail);
  return std::move(*started);
}

void Installation::start_front() {
  const std::string port_file = folder_ / "port";
  std::filesystem::remove(port_file);
  std::vector<std::string> arguments{"--listen",
                                     listen_,
                                     "--port-file",
                                     port_file,
                                     "--redis",
                                     redis_.url_text(),
                                     "--data-dir",
                                     folder_ / "data",
                                     "--signing-key-file",
                                     folder_ / "signing.key"};
  arguments.insert(arguments.end(), options_.front_arguments.begin(), options_.front_arguments.end());
  front_ = start("platend", std::move(arguments));
  try {
    const std::string port = eventually([&]() -> std::optional<std::string> {
      const std::string text = file_text(port_file);
      if (text.find('\n') == std::string::npos) return std::nullopt;
      return text.substr(0, text.find('\n'));
    });
    listen_ = "127.0.0.1:" + port;
    url_ = "http://" + listen_;
    eventually([&] { return is_ready(); });
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(std::string("the front end does not come up: ") + error.what() + "\n" + logs());
  }
}

void Installation::start_worker() {
  std::vector<std::string> arguments{"--redis", redis_.url_text(), "--data-dir", folder_ / "data", "--slots", "1"};
  arguments.insert(arguments.end(), options_.worker_arguments.begin(), options_.worker_arguments.end());
  worker_ = start("platen-worker", std::move(arguments));
}

bool Installation::is_ready() const {
  return run({"curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", url_ + "/readyz"}).out == "200";
}

pid_t Installation::renderer_pid() const {
  return eventually([&]() -> std::optional<pid_t> {
    const Output found = run({"pgrep", "-P", std::to_string(worker_.pid()), "-f", "platen-render"});
    if (found.exit_code != 0) return std::nullopt;
    return static_cast<pid_t>(std::stol(found.out));
  });
}

std::string Installation::logs() const {
  return "platend:\n" + file_text(folder_ / "platend.log") + "platen-worker:\n" +
         file_text(folder_ / "platen-worker.log");
}

std::string curl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"curl", "-sS"});
  const Output output = run(std::move(arguments));
  if (output.exit_code != 0) throw std::runtime_error("curl failed: " + output.err);
  return output.out;
}

std::vector<SeenEvent> events_in(const std::string& stream) {
  std::vector<SeenEvent> events;
  SeenEvent event;
  std::size_t at = 0;
  for (std::size_t end = stream.find('\n'); end != std::string::npos; at = end + 1, end = stream.find('\n', at)) {
    const std::string line = stream.substr(at, end - at);
    if (line.empty()) {
      if (!event.data.empty()) events.push_back(event);
      event = {};
    } else if (line.rfind("id: ", 0) == 0) {
      event.id = line.substr(4);
    } else if (line.rfind("event: ", 0) == 0) {
      event.event = line.substr(7);
    } else if (line.rfind("data: ", 0) == 0) {
      event.data += line.substr(6);
    }
  }
  return events;
}

std::string text_field(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":\"";
  const std::size_t at = json.find(key);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + key.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

std::string orders_csv(std::size_t rows) {
  constexpr const char* customers[] = {"Anna Müller",   "José García", "田中太郎",
                                       "Łukasz Dvořák", "فاطمة حسن",   "O'Neill, Zoë"};
  std::string csv = "order_id,date,customer,quantity,total\n";
  for (std::size_t i = 0; i < rows; ++i) {
    csv += std::to_string(100000001 + i) + ",2026-0" + std::to_string(1 + i % 9) + "-1" + std::to_string(i % 10) +
           ",\"" + customers[i % 6] + "\"," + std::to_string(1 + i % 250) + "," + std::to_string(i * 37 % 100000) +
           ".50\n";
  }
  return csv;
}

namespace {

/// How often each row's id stands in the text.
std::map<unsigned long, int> ids_in(const std::string& text, std::size_t rows) {
  std::map<unsigned long, int> counts;
  for (std::size_t at = text.find("100"); at != std::string::npos; at = text.find("100", at + 1)) {
    const std::size_t end = text.find_first_not_of("0123456789", at);
    const bool starts_number = at == 0 || text.find_first_of("0123456789.,", at - 1) != at - 1;
    if (!starts_number || (end == std::string::npos ? text.size() : end) - at != 9) continue;
    const unsigned long id = std::stoul(text.substr(at, 9));
    if (id > 100000000 && id <= 100000000 + rows) ++counts[id];
  }
  return counts;
}

}  // namespace

std::string wrong_with_orders_pdf(const std::string& path, std::size_t rows) {
  const Output checked = run({"qpdf", "--check", path});
  if (checked.exit_code != 0) return "qpdf: " + checked.out + checked.err;
  const std::string pages = run({"qpdf", "--show-npages", path}).out;
  const std::string page_count = pages.substr(0, pages.find('\n'));
  const Output text = run({"pdftotext", "-raw", path, "-"});
  if (text.exit_code != 0) return "pdftotext: " + text.err;
  const std::string last_footer = "Page " + page_count + " of " + page_count;
  if (text.out.find(last_footer) == std::string::npos) return "there is no '" + last_footer + "'";
  const std::map<unsigned long, int> counts = ids_in(text.out, rows);
  if (counts.size() != rows) return std::to_string(counts.size()) + " of " + std::to_string(rows) + " rows are there";
  for (const auto& [id, count] : counts)
    if (count != 1) return "row " + std::to_string(id) + " is there " + std::to_string(count) + " times";
  return {};
}

}  // namespace platen::test
