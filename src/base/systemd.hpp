// What a daemon says to systemd and takes from it (libsystemd). Outside systemd all of it does nothing.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/fd.hpp"

namespace platen {

/// "I am ready" (Type=notify), with a line for `systemctl status`.
void notify_ready(const std::string& status);
void notify_stopping();
/// "I am alive": to be called more often than `watchdog_period`.
void notify_alive();
/// Half the period within which systemd wants to hear `notify_alive`; nullopt where it does not watch.
[[nodiscard]] std::optional<std::chrono::milliseconds> watchdog_period();
/// The listening sockets that systemd opened for this process (socket activation); often none.
[[nodiscard]] std::vector<Fd> inherited_listeners();
/// The path of a credential that the unit gives to this process (LoadCredential=); nullopt where it gives none.
[[nodiscard]] std::optional<std::string> credential_file(const std::string& name);

/// Whether the descriptor leads to the journal: systemd says so in JOURNAL_STREAM.
[[nodiscard]] bool is_journal(int descriptor);
/// One entry, each field `NAME=value`. Blocks for as long as the journal does not take it.
void send_to_journal(std::span<const std::string> fields);

}  // namespace platen
