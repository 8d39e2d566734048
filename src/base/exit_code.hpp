// What the daemons' exit statuses mean (sysexits.h where it has a name for it).
#pragma once

namespace platen {

inline constexpr int exit_ok = 0;
/// A bug: an exception that nobody caught. The service manager starts the process again.
inline constexpr int exit_bug = 70;
/// Something outside is not as it must be (a port that is taken, a folder that cannot be written). Worth a restart.
inline constexpr int exit_unavailable = 69;
/// The settings are wrong: the units refuse to start it again on this one (RestartPreventExitStatus).
inline constexpr int exit_config = 78;

}  // namespace platen
