// A network that breaks: TCP connections that are cut after a random number of bytes.
#pragma once

#include <cstdint>
#include <list>
#include <random>
#include <thread>

#include "base/fd.hpp"
#include "base/guarded.hpp"

namespace platen::test {

struct Cuts {
  unsigned connections = 12;           ///< the first so many are cut, later ones are not
  std::uint32_t seed = 1;              ///< of where they are cut
  std::size_t least_answer_bytes = 0;  ///< that come before the cut
  std::size_t most_answer_bytes = 3000;
  /// Whether a cut may fall between the last line of an event and the empty line that ends it.
  bool within_event_ends = true;
};

/// Passes bytes between its own port and another one of this machine. Half of the cuts look like a reset, the others
/// like an end.
/// Owns: a listener, the connections, and the thread that serves them.
class CuttingProxy {
 public:
  CuttingProxy(std::uint16_t upstream, const Cuts& cuts);
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;
  ~CuttingProxy();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] unsigned cuts_made() { return *cuts_made_.lock(); }

 private:
  struct Pair;
  void serve(const std::stop_token& stop);
  void accept();
  [[nodiscard]] bool pass_request(Pair& pair) const;
  [[nodiscard]] bool pass_answer(Pair& pair);

  std::uint16_t upstream_;
  Cuts cuts_;
  std::mt19937 random_;
  Fd listener_;
  std::uint16_t port_ = 0;
  std::list<Pair> pairs_;
  unsigned accepted_ = 0;
  Guarded<unsigned> cuts_made_{0};
  std::jthread thread_;
};

}  // namespace platen::test
