#include "tests/support/machines.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <stdexcept>

#include "tests/support/command.hpp"
#include "tests/support/eventually.hpp"

namespace platen::test {

namespace {

const std::string shared_address = "10.77.0.1";

std::string namespace_of(const std::string& process) {
  std::array<char, PATH_MAX> target{};
  const ssize_t bytes = ::readlink(("/proc/" + process + "/ns/net").c_str(), target.data(), target.size());
  return bytes < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(bytes));
}

/// Runs `ip` with each of the lines, words apart by spaces; why that does not work.
std::string configure(const std::vector<std::string>& wrapper, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    std::vector<std::string> command = wrapper;
    command.insert(command.end(), {"sh", "-c", "PATH=$PATH:/sbin:/usr/sbin; exec ip " + line});
    const Output output = run(command);
    if (output.exit_code != 0) return fmt::format("ip {}: {}", line, output.err);
  }
  return {};
}

std::string cable_of(std::size_t machine) { return fmt::format("cable{}", machine); }

}  // namespace

Machines::Machines() {
  home_ = Fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (::unshare(CLONE_NEWNET) != 0) {
    why_together_ = "no namespace of the network: " + errno_text(errno);
    return;
  }
  why_together_ = configure({}, {"link set lo up", "address add " + shared_address + "/32 dev lo",
                                 "link add cable type veth peer name end", "link delete cable"});
  if (why_together_.empty())
    address_ = shared_address;
  else
    (void)::setns(home_.get(), CLONE_NEWNET);
}

Machines::~Machines() {
  if (why_together_.empty()) (void)::setns(home_.get(), CLONE_NEWNET);
}

std::size_t Machines::add() {
  const std::size_t number = machines_.size();
  if (!why_together_.empty()) {
    machines_.push_back({fmt::format("127.0.1.{}", number + 1)});
    return number;
  }
  auto holder = Process::start({.command = {"unshare", "--net", "sleep", "infinity"}});
  if (!holder) throw std::runtime_error(holder.error().detail);
  machines_.push_back({fmt::format("10.77.{}.2", number + 1), *std::move(holder)});
  const std::string pid = std::to_string(machines_.back().holder.pid());
  eventually([&] { return namespace_of(pid) != namespace_of("thread-self"); });
  const std::string here = fmt::format("10.77.{}.1", number + 1);
  std::string wrong =
      configure({}, {fmt::format("link add {} type veth peer name cable netns {}", cable_of(number), pid),
                     fmt::format("address add {}/30 dev {}", here, cable_of(number)),
                     fmt::format("link set {} up", cable_of(number))});
  if (wrong.empty())
    wrong =
        configure(wrapper(number), {"link set lo up", fmt::format("address add {}/30 dev cable", address_of(number)),
                                    "link set cable up", "route add default via " + here});
  if (!wrong.empty()) throw std::runtime_error(wrong);
  return number;
}

std::vector<std::string> Machines::wrapper(std::size_t machine) const {
  if (!why_together_.empty()) return {};
  return {"nsenter", fmt::format("--net=/proc/{}/ns/net", machines_.at(machine).holder.pid()), "--"};
}

void Machines::cut_off(std::size_t machine) const {
  if (const auto wrong = configure({}, {"link set " + cable_of(machine) + " down"}); !wrong.empty())
    throw std::runtime_error(wrong);
}

void Machines::connect(std::size_t machine) const {
  if (const auto wrong = configure({}, {"link set " + cable_of(machine) + " up"}); !wrong.empty())
    throw std::runtime_error(wrong);
}

}  // namespace platen::test
