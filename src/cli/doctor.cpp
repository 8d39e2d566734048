#include "cli/doctor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/fd.hpp"
#include "base/settings.hpp"
#include "cli/data_folder.hpp"
#include "cli/doctor_checks.hpp"
#include "cli/private_redis.hpp"
#include "codec/client_json.hpp"

namespace platen::cli {

namespace {

constexpr std::size_t most_port_bytes = 16;

std::string_view name_of(Health health) {
  switch (health) {
    case Health::ok: return "ok";
    case Health::warning: return "warning";
    case Health::fault: break;
  }
  return "fault";
}

/// Says what was found, and keeps count.
class Report {
 public:
  explicit Report(Console& console) : console_(console) {}

  void add(const Findings& findings) {
    for (const Finding& finding : findings) {
      faults_ += finding.health == Health::fault ? 1 : 0;
      warnings_ += finding.health == Health::warning ? 1 : 0;
      if (console_.format() == Format::json) {
        console_.result(codec::encode_texts({{"check", finding.check},
                                             {"state", std::string(name_of(finding.health))},
                                             {"detail", finding.detail},
                                             {"fix", finding.fix}}));
        continue;
      }
      console_.result(fmt::format("{:<8} {:<18} {}", name_of(finding.health), finding.check, finding.detail));
      if (!finding.fix.empty()) console_.result(fmt::format("{:<27} -> {}", "", finding.fix));
    }
  }

  [[nodiscard]] Exit end() {
    console_.note(faults_ + warnings_ == 0 ? std::string("all is well")
                                           : fmt::format("{} to mend, {} to look at", faults_, warnings_));
    return faults_ == 0 ? Exit::ok : Exit::job_failed;
  }

 private:
  Console& console_;
  int faults_ = 0;
  int warnings_ = 0;
};

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

/// Where nothing is configured, a `platen up` that runs is what is meant.
bool find_private(Installation& installation, const DoctorOptions& options) {
  const bool is_configured = !options.config.empty() || is_set("PLATEN_CONFIG") || is_set("PLATEN_REDIS") ||
                             ::access(std::string(default_config_file).c_str(), F_OK) == 0;
  const std::string folder = default_data_folder();
  if (is_configured || !options.redis.empty() || !options.data_dir.empty() || folder.empty()) return false;
  const PrivateRedis redis{folder + "/redis"};
  if (!redis.check() || !redis.is_listening()) return false;
  installation.redis = redis.url();
  installation.data_dir = folder + "/files";
  if (const auto port = read_file(folder + "/port", most_port_bytes); port && !is_set("PLATEN_SERVER"))
    installation.server = "http://127.0.0.1:" + port->substr(0, port->find('\n'));
  return true;
}

/// The URL that the programs would use, with its password, which --print-config hides.
Result<std::string> redis_of(const DoctorOptions& options) {
  std::string redis = "redis://127.0.0.1:6379/0";
  Settings settings("cli");
  settings.add({.name = "redis", .help = "Redis.", .secret = Secret::url_password}, redis);
  SettingSources sources;
  if (!options.redis.empty()) sources.flags["redis"] = options.redis;
  if (!options.config.empty()) sources.config_file = options.config;
  if (auto loaded = settings.load(sources); !loaded) return fail(loaded.error());
  return redis;
}

}  // namespace

Exit doctor(Console& console, DoctorOptions options, const std::stop_token& stop) {
  Report report(console);
  Installation installation{options.config, {}, options.data_dir, options.server};
  if (find_private(installation, options)) {
    console.note(fmt::format("no configuration: looking at the `platen up` in {}", default_data_folder()));
  } else if (auto redis = redis_of(options)) {
    installation.redis = *std::move(redis);
  }
  report.add(check_programs());
  report.add(check_configuration(installation));
  if (!installation.redis.empty()) report.add(check_redis(installation));
  report.add(check_data_folder(installation.data_dir));
  report.add(check_bucket(installation));
  report.add(check_renderer());
  report.add(check_descriptors());
  report.add(check_front_end(installation.server, stop));
  return report.end();
}

}  // namespace platen::cli
