#include "http/taking_rate.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <utility>

namespace platen::http {

bool TakingRate::is_kept(const Fd& socket, std::uint64_t sent) {
  int waiting = 0;
  // Bytes of an earlier answer may still be among them.
  if (::ioctl(socket.get(), SIOCOUTQ, &waiting) != 0) waiting = 0;
  const std::uint64_t taken = sent - std::min(sent, static_cast<std::uint64_t>(waiting));
  return taken >= std::exchange(taken_, taken) + least_bytes_;
}

}  // namespace platen::http
