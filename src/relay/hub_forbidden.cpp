// Streams whose clients may read them no more. Events do not ask: so a key costs nothing while it works.
#include "relay/hub.hpp"

namespace platen::relay {

void Hub::end_forbidden_streams() {
  if (loop_.now() - asked_at_ < options_.heartbeat / 2) return;
  asked_at_ = loop_.now();
  for (Stream& stream : open_)
    if (stream.may_go_on_ && !stream.may_go_on_()) stream.end(CloseCode::policy);
}

}  // namespace platen::relay
