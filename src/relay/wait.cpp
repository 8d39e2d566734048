#include "relay/wait.hpp"

#include <utility>

#include "relay/hub.hpp"

namespace platen::relay {

Wait::~Wait() { hub_.forget(*this); }

void Wait::deliver(const Notice& notice) {
  if (news_ == News::change || notice.kind() == FrameKind::terminal) hear();
}

void Wait::finish() { hear(); }

void Wait::hear() {
  if (!std::exchange(has_heard_, true)) hub_.tell_later(*this);
}

void Wait::tell() {
  is_told_ = true;
  const auto tell = std::move(tell_);
  tell();
}

}  // namespace platen::relay
