// Several machines, each with an address of its own: network namespaces of the kernel, joined by cables of their own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/process.hpp"

namespace platen::test {

/// Where the kernel lets us (root, `ip`), the thread that makes this lives, until its end, on a machine where nothing
/// else is; what it starts meanwhile does too, unless it is wrapped. Elsewhere machines are addresses of loopback.
/// Owns: the namespaces. Threads: the one that made it; threads that it starts meanwhile live on the same machine.
/// Errors: throws std::runtime_error when a machine does not come up.
class Machines {
 public:
  Machines();
  Machines(const Machines&) = delete;
  Machines& operator=(const Machines&) = delete;
  ~Machines();

  /// Why they are no machines of their own; empty where they are.
  [[nodiscard]] const std::string& why_together() const noexcept { return why_together_; }
  /// Where this thread's machine is reached from all others.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }

  /// One more; its number.
  std::size_t add();
  [[nodiscard]] const std::string& address_of(std::size_t machine) const { return machines_.at(machine).address; }
  /// What is put before a command so that it runs there.
  [[nodiscard]] std::vector<std::string> wrapper(std::size_t machine) const;
  /// Pulls its cable: nothing gets through, and nobody is told. And puts it back. Only where they are apart.
  void cut_off(std::size_t machine) const;
  void connect(std::size_t machine) const;

 private:
  struct Machine {
    std::string address;
    Process holder = {};  ///< keeps the namespace
  };

  std::string why_together_;
  std::string address_ = "127.0.0.1";
  Fd home_;  ///< the namespace that the thread came from
  std::vector<Machine> machines_;
};

}  // namespace platen::test
