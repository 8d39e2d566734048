// Messages of WebSockets' clients that are not whole, and how long the hub waits for the rest.
#include "relay/hub.hpp"

namespace platen::relay {

void Hub::note_unfinished(Stream& stream, std::size_t bytes, bool began) {
  WebSocket& socket = *stream.websocket_;
  if (began || !stream.is_open()) forget_unfinished(stream);
  if (!stream.is_open() || !socket.reader.is_midway()) return;
  if (!socket.unfinished) socket.unfinished = unfinished_.insert(unfinished_.end(), Unfinished{&stream, loop_.now()});
  (*socket.unfinished)->bytes += bytes;
}

void Hub::forget_unfinished(Stream& stream) {
  WebSocket& socket = *stream.websocket_;
  if (socket.unfinished) unfinished_.erase(*socket.unfinished);
  socket.unfinished.reset();
}

void Hub::close_unfinished_messages() {
  const StreamLimits& limits = options_.stream;
  while (!unfinished_.empty() && loop_.now() - unfinished_.front().since >= limits.message_window) {
    Unfinished& first = unfinished_.front();
    Stream& stream = *first.stream;
    const bool is_ours = stream.websocket_->channel && stream.websocket_->channel->is_busy();  // it is not read now
    if (!is_ours && first.bytes < limits.least_window_bytes) {
      stream.end(CloseCode::policy);
      forget_unfinished(stream);
      continue;
    }
    first.since = loop_.now();
    first.bytes = 0;
    unfinished_.splice(unfinished_.end(), unfinished_, unfinished_.begin());
  }
}

}  // namespace platen::relay
