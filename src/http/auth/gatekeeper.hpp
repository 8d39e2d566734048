// Looks at each request's head before anything else is done with it: where it was sent from, and who sent it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "http/admission.hpp"
#include "http/auth/key_table.hpp"
#include "http/auth/origin.hpp"
#include "http/auth/rate.hpp"
#include "http/auth/tokens.hpp"
#include "http/exchange.hpp"

namespace platen::http {

struct GatekeeperOptions {
  HostNames hosts = HostNames();
  std::string public_url = {};
  bool requires_keys = false;  ///< also while there are none; else they are required from the first one on
  /// How long keys that are not among those read last count as unknown rather than wrong, when reading them fails.
  std::chrono::milliseconds stale_after{5'000};
};

/// Decides by what it has in memory: it asks nobody. Once it has seen a key it never again serves anyone without, even
/// if all keys vanish: an emptied Redis opens nothing.
/// Borrows the signer and the clock. Threads: the loop's.
class Gatekeeper {
 public:
  Gatekeeper(GatekeeperOptions options, const TokenSigner& tokens, const Clock& clock);

  /// Refuses the request, or notes in it who sent it; what goes with the answer is put into its fields. Credentials are
  /// taken out of what handlers see.
  [[nodiscard]] std::optional<Refusal> admit(Exchange& exchange, const Admission& admission);

  /// The keys were read: they are these now, or the same as before.
  void learn(KeyTable table);
  void learn_nothing_new();
  [[nodiscard]] const std::string& version() const noexcept { return keys_.version(); }
  [[nodiscard]] bool is_open() const noexcept { return is_loaded_ && !is_closed_; }

  /// Whether what proved this visitor would still do so: for connections that outlast their request.
  [[nodiscard]] bool still_knows(const Visitor& visitor) const;

 private:
  [[nodiscard]] std::optional<Refusal> check_source(const Exchange& exchange);
  [[nodiscard]] Visitor identify(const Exchange& exchange) const;
  [[nodiscard]] Visitor known_by(Proof proof, std::shared_ptr<const Caller> caller) const;
  [[nodiscard]] std::optional<Refusal> meter(Exchange& exchange);
  [[nodiscard]] bool is_stale() const;

  GatekeeperOptions options_;
  const TokenSigner& tokens_;
  const Clock& clock_;
  KeyTable keys_;
  bool is_loaded_ = false;
  bool is_closed_;
  std::chrono::steady_clock::time_point heard_at_{};
  Meter meter_;
  std::string known_host_;  ///< the last one that was right: nearly always the next one too
};

}  // namespace platen::http
