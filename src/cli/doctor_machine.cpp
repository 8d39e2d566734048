#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/fd.hpp"
#include "base/machine.hpp"
#include "base/process.hpp"
#include "cli/doctor_checks.hpp"
#include "cli/text.hpp"
#include "net/http_client.hpp"

namespace platen::cli {

namespace {

constexpr std::chrono::seconds program_patience{30};
constexpr std::size_t most_output_bytes = 1024 * 1024;
constexpr std::uint64_t least_free_bytes = 100UL * 1000 * 1000;
constexpr std::uint64_t tight_free_bytes = 2UL * 1000 * 1000 * 1000;
constexpr std::uint64_t wanted_descriptors = 20'000;

/// What a program said, and how it ended.
struct Said {
  bool succeeded = false;
  std::string out;
  std::string err;
};

Result<Said> run(std::vector<std::string> command) {
  const auto out = memory_file("");
  const auto err = memory_file("");
  if (!out || !err) return fail(Errc::internal, "there is no memory for its output");
  auto process = Process::start(
      {.command = std::move(command), .environment = {}, .descriptors = {{out->get(), 1}, {err->get(), 2}}});
  if (!process) return fail(process.error());
  const auto status = process->wait(program_patience);
  if (!status) return fail(Errc::timed_out, fmt::format("it does not end within {} s", program_patience.count()));
  Said said{WIFEXITED(*status) && WEXITSTATUS(*status) == 0, read_whole(*out, most_output_bytes).value_or(""),
            read_whole(*err, most_output_bytes).value_or("")};
  while (said.err.ends_with('\n')) said.err.pop_back();
  return said;
}

/// Of `data-dir = "/var/lib/platen"  # default` in what --print-config prints: the text.
std::string setting_in(const std::string& printed, const std::string& name) {
  const std::string begin = "\n" + name + " = \"";
  const std::string text = "\n" + printed;
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return {};
  const std::size_t first = at + begin.size();
  return text.substr(first, text.find('"', first) - first);
}

Finding refused(const std::string& check, const Result<Said>& said, const std::string& fix) {
  return {check, Health::fault, said ? said->err : said.error().detail, fix};
}

/// Lines of `name=value`, or a bare name, as platen-render --check prints them.
std::string line_after(const std::string& text, const std::string& name) {
  const std::size_t at = text.find(name + "=");
  if (at == std::string::npos) return {};
  const std::size_t first = at + name.size() + 1;
  return text.substr(first, text.find('\n', first) - first);
}

dev_t device_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_dev : 0;
}

/// Writes a little, durably, as a worker writes a report: into a file without a name.
Result<void> try_writing(const std::string& folder) {
  constexpr std::size_t probe_bytes = 4096;
  constexpr mode_t mode = 0600;
  Fd file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, mode));
  if (!file) return fail(Errc::unavailable, errno_text(errno));
  const std::string bytes(probe_bytes, 'x');
  if (auto written = write_all(file, bytes); !written) return written;
  if (::fsync(file.get()) != 0) return fail(Errc::unavailable, errno_text(errno));
  return {};
}

/// The label of `platen_build_info` in Prometheus's text format; empty where there is none.
std::string version_in(const std::string& metrics) {
  constexpr std::string_view begin = "\nplaten_build_info{version=\"";
  const std::size_t at = metrics.find(begin);
  if (at == std::string::npos) return {};
  return metrics.substr(at + begin.size(), metrics.find('"', at + begin.size()) - at - begin.size());
}

}  // namespace

Findings check_programs() {
  Findings findings;
  for (const char* const name : {"platend", "platen-worker", "platen-render"}) {
    const auto said = run({program_directory() + "/" + name, "--version"});
    if (!said || !said->succeeded) {
      findings.push_back(
          refused(name, said, fmt::format("install it beside this program, in {}", program_directory())));
    } else if (said->out != fmt::format("{} {}\n", name, PLATEN_VERSION)) {
      findings.push_back(
          {name, Health::fault,
           fmt::format("its version is {}, this is {}", said->out.substr(0, said->out.find('\n')), PLATEN_VERSION),
           "install the same version of all programs"});
    }
  }
  if (findings.empty()) findings.push_back({"programs", Health::ok, "version " PLATEN_VERSION, {}});
  return findings;
}

Findings check_configuration(Installation& installation) {
  Findings findings;
  std::array<std::string, 2> folders;
  const std::array<const char*, 2> programs{"platend", "platen-worker"};
  for (std::size_t i = 0; i < programs.size(); ++i) {
    std::vector<std::string> command{program_directory() + "/" + programs.at(i), "--print-config"};
    if (!installation.config.empty()) command.insert(command.end(), {"--config", installation.config});
    const auto said = run(command);
    const std::string check = fmt::format("{} settings", programs.at(i) + (i == 0 ? 0 : 7));  // worker settings
    if (!said || !said->succeeded) {
      findings.push_back(
          refused(check, said, "mend that line; `" + std::string(programs.at(i)) + " --help` has them all"));
      continue;
    }
    folders.at(i) = setting_in(said->out, "data-dir");
    findings.push_back({check, Health::ok, "they can be read", {}});
  }
  if (!folders[0].empty() && !folders[1].empty() && folders[0] != folders[1])
    findings.push_back({"settings", Health::fault,
                        fmt::format("platend uses the folder {}, platen-worker {}", folders[0], folders[1]),
                        "set data-dir once, on top of platen.toml"});
  if (installation.data_dir.empty()) installation.data_dir = folders[0].empty() ? folders[1] : folders[0];
  return findings;
}

Findings check_data_folder(const std::string& data_dir) {
  const std::string check = "data folder";
  if (data_dir.empty()) return {};  // the configuration is at fault, and has said so
  if (::access(data_dir.c_str(), F_OK) != 0)
    return {{check, Health::fault, fmt::format("there is no {}", data_dir),
             "systemd-tmpfiles --create, or make it: owner platend, group platen, mode 2770"}};
  Findings findings;
  for (const std::string& folder : {data_dir, data_dir + "/uploads", data_dir + "/artifacts"}) {
    if (::access(folder.c_str(), F_OK) != 0) continue;  // made at the first start
    if (const auto written = try_writing(folder); !written)
      findings.push_back({check, Health::fault, fmt::format("{} cannot be written: {}", folder, written.error().detail),
                          "check its owner (group platen, mode 2770), its mount (not read-only) and its room"});
    else if (device_of(folder) != device_of(data_dir))
      findings.push_back({check, Health::warning, fmt::format("{} is on another file system", folder),
                          "mount one file system for all of it, so that room and quotas count together"});
  }
  if (findings.empty()) findings.push_back({check, Health::ok, data_dir, {}});
  const auto space = disk_space(data_dir);
  if (!space) return findings;
  const std::string free = fmt::format("{} of {} free", bytes_text(space->free_bytes), bytes_text(space->size_bytes));
  if (space->free_bytes < least_free_bytes)
    findings.push_back({"disk", Health::fault, free, "free some: uploads are refused, and reports wait for room"});
  else if (space->free_bytes < tight_free_bytes)
    findings.push_back(
        {"disk", Health::warning, free, "shorten retention_seconds, set stored-limit-bytes, or add room"});
  else
    findings.push_back({"disk", Health::ok, free, {}});
  return findings;
}

Findings check_bucket(const Installation& installation) {
  std::vector<std::string> command{program_directory() + "/platend", "--try-bucket"};
  if (!installation.config.empty()) command.insert(command.end(), {"--config", installation.config});
  const auto said = run(command);
  if (!said || !said->succeeded) return {};  // the program or its settings are at fault, and that has been said
  Findings findings;
  std::string_view rest = said->out;
  while (!rest.empty()) {  // state, check, detail, fix
    std::array<std::string, 4> parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::size_t end = std::min(rest.find(i + 1 == parts.size() ? '\n' : '\t'), rest.size());
      parts.at(i) = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const Health health = parts[0] == "ok" ? Health::ok : parts[0] == "warning" ? Health::warning : Health::fault;
    findings.push_back({parts[1], health, parts[2], parts[3]});
  }
  return findings;
}

Findings check_renderer() {
  const auto said = run({program_directory() + "/platen-render", "--check"});
  if (!said || !said->succeeded)
    return {refused("renderer", said,
                    "see docs/operations.md, What holds the renderer: fonts, libraries, and in a "
                    "container its seccomp filter")};
  Findings findings;
  const std::string confinement = line_after(said->out, "confinement");
  const bool is_whole = confinement.find("no ") == std::string::npos;
  findings.push_back({"renderer", is_whole ? Health::ok : Health::warning, "it draws; confined by " + confinement,
                      is_whole ? "" : "use Debian's kernel; in a container allow seccomp and landlock_*"});
  const std::string missing = line_after(said->out, "scripts-without-font");
  if (missing.empty())
    findings.push_back({"fonts", Health::ok, "for all scripts that were tried", {}});
  else
    findings.push_back({"fonts", Health::warning, "none for " + missing,
                        "apt-get install fonts-dejavu-core fonts-dejavu-extra fonts-noto-core fonts-noto-cjk "
                        "fonts-noto-color-emoji"});
  return findings;
}

Findings check_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  const auto most = static_cast<std::uint64_t>(limit.rlim_max);
  if (most >= wanted_descriptors) return {{"descriptors", Health::ok, fmt::format("up to {}", count_text(most)), {}}};
  return {{"descriptors", Health::warning, fmt::format("at most {} for what is started from here", count_text(most)),
           fmt::format("LimitNOFILE=65536 in the unit, or ulimit -n: 18,000 streams take {}",
                       count_text(wanted_descriptors))}};
}

Findings check_front_end(const std::string& server, const std::stop_token& stop) {
  const std::string check = "front end";
  net::HttpClient client;
  net::HttpRequest probe;
  probe.url = server + "/readyz";
  probe.connect_timeout = std::chrono::seconds(3);
  probe.stall_timeout = std::chrono::seconds(10);
  const auto answer = client.send(probe, {}, stop);
  if (!answer)
    return {{check, Health::fault, fmt::format("{}: {}", server, answer.error().detail),
             "systemctl status platend.socket platend, or say where it is with --server"}};
  if (answer->status == 200) {
    Findings findings{{check, Health::ok, fmt::format("{} is ready", server), {}}};
    probe.url = server + "/metrics";  // where it is shown without a key
    const auto metrics = client.send(probe, {}, stop);
    const std::string version = metrics && metrics->status == 200 ? version_in(metrics->body) : std::string();
    if (!version.empty() && version != PLATEN_VERSION)
      findings.push_back({"front end version", Health::warning, fmt::format("{}, this is {}", version, PLATEN_VERSION),
                          "upgrade the older one, and restart platend"});
    return findings;
  }
  return {{check, Health::fault, fmt::format("{} answers {}: {}", server, answer->status, answer->body),
           answer->status == 421 ? "set public-url or allow-host to the name that is asked for"
                                 : "what is not `ok` there is what to mend first"}};
}

}  // namespace platen::cli
